"""Numbers that may stay: documents, standards, dates, money, quantities, public telephones.

Everything else that looks like a long number goes, so each rule here names one form.
"""

import csv
import re
from collections.abc import Iterator
from functools import cache

from cities import ROOT
from pipeline.redact.folding import Folded
from pipeline.redact.spans import Span

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,10}(?:\.\d+)?)"
_UNIT = (
    r"(?:[万亿千百]?(?:元|块|美元|平方|平米|立方|公里|千米|公顷|亩|吨|千克|公斤|千瓦|兆瓦|度|人次|人|件次|件|"
    r"户|次|字|株|棵|册|份|米|分贝|m|km|kg|kW|MW)|[万亿%‰℃])"
)
_YEAR, _MONTH, _DAY = r"(?:19|20)\d\d", r"(?:1[0-2]|0?[1-9])", r"(?:3[01]|[12]\d|0?[1-9])"
FORMS = tuple(
    re.compile(form)
    for form in (
        rf"[〔\[(【]\s*{_YEAR}\s*[〕\])】]\s*第?\s*\d{{1,6}}\s*号",  # 安政办发〔2021〕12号
        r"(?:GB|DB\d\d|HJ|CJJ?|JGJ|JTG|SL|NY|YY|WS|QB|LY|DL|TSG|ISO|GA)\s*(?:/\s*[TZ])?\s*[A-Z]?"
        r"\d{2,6}(?:\.\d+)*\s*[-—–]\s*\d{4}",
        rf"(?<!\d){_YEAR}\s*(?:[-./]\s*{_MONTH}(?:\s*[-./]\s*{_DAY})?|年)(?!\d)",
        rf"(?<!\d){_YEAR}\s*[-~—–]\s*{_YEAR}(?=\s*(?:年|学年|财年))",
        r"[A-Z]{1,2}\d{1,4}\+\d{3}(?!\d)",  # a kilometre stone
        r"(?<!\d)[0-2]?\d:[0-5]\d(?::[0-5]\d)?(?!\d)",
        r"(?:[¥￥$]|(?:人民币|金额|造价|投资|共计|合计|总计)为?)\s*"
        rf"(?<!\d){_NUMBER}(?!\d)(?:\s*{_UNIT})?",
    )
)
QUANTITY = re.compile(rf"(?<![\d.A-Za-z]){_NUMBER}(?:\s*[-~—–]\s*{_NUMBER})?\s*{_UNIT}")
DAY = re.compile(rf"(?<![\dA-Za-z]){_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)")
CONTACT = re.compile(r"电话|手机|座机|号|卡|QQ|微信|账|证|联系|生日|出生|拨|打|致电", re.I)

LINK = re.compile(r"(?:https?://|www\.)[\w\-./?=&%#:~+]+", re.I | re.A)
CASE = re.compile(
    r"(?:编号|工单号?|单号|受理号|案号|文号|许可证号?|备案号?|批号|批准|登记号|执照|项目代码|信用代码|机构代码|"
    r"注册号|注册代码|梯号|设备代码|标准号?|条形码|条码|型号)(?:号码|编号|号)?\s*(?:是|为|[:(\"“])?\s*[:(\"“]?第?\s*"
    r"((?:[A-Za-z]{1,8}[-\s]?)?\d[-\dA-Za-z]{3,29})"
)
PERSONAL = re.compile(
    r"身份|残疾|慢病|低保|退休|学生|学籍|军官|士兵|驾驶|行驶|婚|离婚|出生|老年|准考|医保|社保|房产|不动产|护照|居住|"
    r"毕业|学位|优待|退役|土地|林权|宅基|准生|通行|就业|失业|参保|保单|病历|住院|门诊|快递|运单|订单|存折|银行|卡|"
    r"档案|个人|人员|用户|客户|户口|户籍|缴费|水表|电表|气表|合同|收据|发票"
)
CREDIT = re.compile(r"(?<![0-9A-Za-z])[1-9AN][1-59][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Za-z])")

FREEPHONE = re.compile(r"(?<![\d-])(?<!\d )[48]00[- ]?\d{3}[- ]?\d{4}(?!\d)")
HOTLINE = re.compile(
    r"(?<!\d)(?<!\d[ -])\(?0\d{2,3}[)\- ]{1,2}(?:1[12]\d{3}|1\d{2}|9[56]\d{3,4})(?!\d)"
)
LANDLINE = re.compile(r"(?<![\d-])(?<!\d[ )])(?:\(?0\d{2,3}\)?[- ]?)?[2-8]\d{2,3}[- ]?\d{4}(?!\d)")
_PUBLIC = re.compile(
    r"请拨|可拨|拨打|致电|来电咨询|咨询|查询|监督|举报|投诉|热线|值班|办公|服务电话|客服|报修|抢修|预约|受理电话|公布|公示"
)
_OFFICE = re.compile(
    r"局|委(?!托)|办公|中心|科|所|站|支队|大队|院|厅|政府|公司|街道|社区|镇|窗口|大厅|部门|银行|学校|单位|热线"
)
_OFFICES_OWN = re.compile(
    r"(?:局|中心|[科股室所站队办院委]|公司|政府|大厅|窗口|社区|街道|部门|热线|委员会|(?:咨询|监督|举报|投诉|服务|值班|办公|报修|预约|受理|客服)电?话?)"
    r"[,:]?(?:联系|办公|咨询|监督|举报|投诉|服务|值班)?(?:电话|座机|热线)?(?:号码)?(?:为|是)?[:(]?\s*$"
)
_PRIVATE = re.compile(
    r"我家|家里|家中|本人|来电人|诉求人|联系人|反映人|投诉人|当事人|我的|其|先生|女士|邻居|户主|业主|房东|老板|"
    r"家属|固定电话|住宅|宅电|他|她|找我|打给我|回电"
)


def allowed(folded: Folded) -> list[Span]:
    text = folded.digits
    spans = [Span(*match.span(), "") for form in FORMS for match in form.finditer(text)]
    spans += [
        Span(*match.span(), "")
        for form in (QUANTITY, DAY)
        for match in form.finditer(text)
        if not CONTACT.search(_before(text, match.start(), 8))
    ]
    spans += [Span(*match.span(), "") for match in LINK.finditer(folded.plain)]
    return [*spans, *_cases(text), *_credit_codes(text), *_telephones(text)]


def _before(text: str, start: int, length: int) -> str:
    """What stands before a number in its own clause."""
    return re.split(r"[,;。!?\n]", text[max(0, start - length) : start])[-1]


def _cases(text: str) -> Iterator[Span]:
    for match in CASE.finditer(text):
        about = _before(text, match.start(), 8) + match.group()[:3]
        trader = CREDIT.fullmatch(match.group(1)) and match.group(1).startswith("92")
        if not PERSONAL.search(about) and not trader:
            yield Span(*match.span(1), "")


def _credit_codes(text: str) -> Iterator[Span]:
    """Social credit codes of organisations; that of a sole trader (92) tells a person."""
    for match in CREDIT.finditer(text):
        code = match.group()
        if is_credit_code(code) and not code.startswith("92") and not is_identity_shape(code):
            yield Span(*match.span(), "")


def _telephones(text: str) -> Iterator[Span]:
    for form in (FREEPHONE, HOTLINE):
        yield from (Span(*match.span(), "") for match in form.finditer(text))
    last = -1
    for match in LANDLINE.finditer(text):
        number = re.sub(r"\D", "", match.group())
        joined = last > 0 and re.fullmatch(r"\s*[、/或,及]\s*", text[last : match.start()])
        if number in published_numbers() or joined or _of_an_office(text, *match.span()):
            yield Span(*match.span(), "")
            last = match.end()


def _of_an_office(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 24) : start], text[end : end + 16]
    near = re.split(r"[。!?\n]", before)[-1]
    if _PRIVATE.search(near) or re.match(r"[,;]?\s*(?:找|是我|本人|白天|晚上|叫)", after):
        return False
    if _OFFICES_OWN.search(near):
        return True
    around = near + re.split(r"[。!?\n]", after)[0]
    return bool(_PUBLIC.search(around) and _OFFICE.search(around))


@cache
def published_numbers() -> frozenset[str]:
    """The telephone numbers of offices that the cities' profiles list (`lines.csv`)."""
    numbers = set()
    for path in sorted(ROOT.glob("*/lines.csv")):
        with path.open(encoding="utf-8", newline="") as content:
            numbers |= {re.sub(r"\D", "", row["code"]) for row in csv.DictReader(content)}
    return frozenset(numbers)


def is_identity_shape(number: str) -> bool:
    """An identity card by its shape. The check digit is not asked: people mistype it."""
    birth = r"(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    return bool(re.fullmatch(rf"[1-9]\d{{5}}{birth}\d{{3}}[\dXx]", number))


def is_identity_card(number: str) -> bool:
    """An identity card with the right check digit (GB 11643)."""
    if not is_identity_shape(number):
        return False
    weights = (pow(2, 17 - i, 11) for i in range(17))
    total = sum(int(c) * weight for c, weight in zip(number, weights, strict=False))
    return "10X98765432"[total % 11] == number[17].upper()


def is_credit_code(code: str) -> bool:
    """The check character of GB 32100-2015."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(alphabet.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
    return alphabet[-total % 31] == code[17]
