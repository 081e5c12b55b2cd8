"""The part of an address below village, estate or road: building, unit, room, house number."""

import re
from collections.abc import Iterator

from pipeline.redact.folding import Folded
from pipeline.redact.spans import Span

_N = r"[\dA-Za-z十百零]{1,5}"
_HOUSE = r"(?:号宿舍楼|号公寓楼?|号住宅楼|号家属楼|号楼|号院|#楼|栋楼?|幢楼?|座(?!谈)|#)"
_SIDE = r"(?:[东西南北中左右]边?[户手室]|[东西南北中左右](?=[,。;、]|$))"
_PART = (
    r"(?:[甲乙丙丁戊东西南北中]单元|第?附?"
    rf"{_N}\s*(?:{_HOUSE}|单元|梯|号房|号铺|号门面|室|户|房|层"
    r"|楼(?![下上道顶梯内长])|号附\d+号?|号院|号|院|组)"
    rf"|公寓|宿舍楼?|家属[院楼]|负[\d十]层|地下室|顶层|顶楼|附\d+号?|{_SIDE})"
)
_END = r"(?:[A-Za-z]?\d{2,4}(?:室|号房?|房)?(?![\d年月日元个人户%.]))"
_GAP = r"[\s\-—–的]{0,1}"
SEQUENCE = re.compile(rf"(?:{_PART}(?:{_GAP}{_PART}){{1,7}}(?:{_GAP}{_END})?|{_PART}{_GAP}{_END})")
TELLING = re.compile(
    r"单元|号楼|栋|幢|座|号院|#|室|组.*号|公寓|宿舍|家属|号附|附\d|户|[东西南北中左右]"
)
QUANTITY = re.compile(r"(?:栋|幢|号?楼|单元|层|户|组|座|房)\s*\d+\s*(?:个|余|多|户(?!室)|套|人|名)")

_ESTATE = r"(?:[苑园区城府湾居庭寓院郡里都村坊墅台邸庄楼]|广场|大厦|国际|中心)"
DASHED = re.compile(
    r"(?<![\dA-Za-z\-])[A-Za-z]?\d{1,3}(?:[#号栋幢]楼?)?\s*[\-—–/－~]\s*\d{1,2}(?:单元)?"
    r"\s*[\-—–/－~]\s*\d{1,2}?0?\d{2,3}(?![\d\-])(?:室|号)?"
)
PAIR = re.compile(
    r"(?<=[苑园区城府湾居庭寓院郡里村坊墅邸庄楼住])[A-Za-z]?\d{1,3}\s*[\-—–]\s*\d{3,4}"
    r"(?![\d\-年元米万])(?:室|号)?"
)
ROOM = re.compile(
    r"(?<=[一-龥])(?<![第约为至到从价费额距达增超近共是在于年月日限])\d{1,2}[\-—–](?:[1-9]|[12]\d|3[0-4])"
    r"(?:0[1-9]|1\d|20)(?![\d\-.,~年月日元米人户万千百亿%个件吨克度亩]|平方|公里)(?:室|号)?"
)
SINGLE = re.compile(
    rf"{_N}\s*单元|[A-Za-z]?\d{{2,5}}(?:室|号房|房间|寝室|宿舍)(?![外内]?温)|{_N}(?:楼|层){_SIDE}"
    rf"|门牌号?(?:码|是|为|:)*\s*{_N}号?|{_N}号(?:院|宿舍楼?|家属楼|住宅楼|公寓楼?)|房号(?:是|为|:)*\s*{_N}"
)
BUILDING = re.compile(rf"(?:{_N}|[甲乙丙丁])\s*(?:号楼|#楼|栋|幢|#)(?!\s*\d*个)")
GROUP = re.compile(
    r"(?<=[村湾坝沟坪梁岭塘垭坡寨庙沱溪河院店营铺堡庄屯关桥镇乡区岩山口会巷街坎墩园])第?[\d十]{1,3}(?:村民小组|社|组|队)"
    r"(?![数成建长织团合份员次])(?:\d{1,4}号)?"
)
HOUSE = re.compile(r"(?<=[村组社湾沟坪院])[\d十百]{1,4}号(?!线|文|令|[楼院])(?:附\d+号?)?")
ROAD = re.compile(
    r"(?:(?<=[路街巷道弄里段条])|(?<=胡同)|(?<=大院)|(?<=新村))"
    r"(?:[\d十]{1,3}(?:巷|弄|支弄|胡同)){0,2}"
    r"[甲乙丙丁]?第?[\d十百]{1,5}(?:-\d{1,3})?(?:号|弄)"
    r"(?!线|文|令|公路|隧道|桥)(?:附\d+号?|-\d+号?|院|内)?"
)
_BAY = r"(?:车位|车库|摊位|商铺|铺位)"
PARKING = re.compile(
    rf"(?:[A-Za-z\d]区)?[A-Za-z]{{1,2}}[\- ]?\d{{1,4}}号?(?={_BAY}|停车位|地下室|储藏)"
    rf"|{_BAY}号?(?:是|为|:)?\s*([A-Za-z]?\d{{0,2}}[\- ]?\d{{2,4}}号?)(?![个元\d])"
    rf"|(?:[A-Za-z\d]区)?\d{{2,4}}号(?={_BAY}|停车位)"
)
LODGED = re.compile(
    rf"(?:家住|我住|他住|她住|住在?|租住在?)(?:了|的是)?({_N}(?:楼|层|栋|幢|号)|顶层|顶楼|地下室)"
)
BESIDE = re.compile(
    r"(?:旁边?|隔壁|对面|后面|前面|斜对面|往里走?|进去|左手边?|右手边?|数过去|数|起|边上)"
    r"(第?[\d十]{1,2}家|[左右]手第\d间|\d{1,2}楼)"
)
COUNTED = re.compile(r"(?:共有?|建有?|建成|拆除|改造|涉及|新建|等|约|达|合计|有)\s*$")

_OFFICE = re.compile(
    r"局|政务|中心|窗口|大厅|政府|法院|医院|学校|派出所|司法所|[管税]所|卫生[院站]|公司|支队|大队|银行|营业厅|分局|委员会|办公|"
    r"门诊|超市|酒店|商场|门店|药店|车站|公园|博物馆|图书馆|教学|市场"
)
_LIVES = re.compile(
    r"住|我家|家在|户主|业主|收货|邮寄|寄到|本人|先生|女士|来电人|诉求人|联系人|户籍|租|\ufffc"
)


def addresses(folded: Folded) -> list[Span]:
    text = folded.digits
    spans = [*_sequences(text), *_roads(text), *_buildings(text)]
    for form in (DASHED, PAIR, ROOM, SINGLE, GROUP, HOUSE, PARKING, LODGED, BESIDE):
        spans += [Span(*m.span(m.lastindex or 0), "地址") for m in form.finditer(text)]
    return [span for span in spans if not _counts(text, span)]


def _sequences(text: str) -> Iterator[Span]:
    for match in SEQUENCE.finditer(text):
        found = match.group()
        numbered = any(c.isdigit() or c in "十顶" for c in found) or "A" <= found[0].upper() <= "Z"
        if numbered and TELLING.search(found) and not QUANTITY.search(found):
            yield Span(*match.span(), "地址")


def _roads(text: str) -> Iterator[Span]:
    """House numbers of a road stay where they are an office's, and nobody is said to live there."""
    for match in ROAD.finditer(text):
        if not of_an_office(text, *match.span()):
            yield Span(*match.span(), "地址")


def _buildings(text: str) -> Iterator[Span]:
    """A building by itself, unless it is one of an institution or a number of buildings."""
    for match in BUILDING.finditer(text):
        before = text[max(0, match.start() - 6) : match.start()]
        after = text[match.end() : match.end() + 6]
        if COUNTED.search(before) or re.match(r"[\d十]*个|楼房|居民楼|建筑|住宅|别墅|高层", after):
            continue
        if re.search(r"涉及|改造|预售|\d[-~—至]$", before) or re.match(r"[、和及]\d", after):
            continue
        if re.search(
            r"(?:号楼|#楼|[栋幢])[、和及]$|医院|学校|住院|门诊|教学|政务|办公|实训|厂房|车间",
            before + after,
        ):
            continue
        if match.group().endswith(("#", "栋", "幢")) and not re.search(rf"{_ESTATE}$", before):
            continue
        yield Span(*match.span(), "地址")


def of_an_office(text: str, start: int, end: int) -> bool:
    before = re.split(r"[。!?\n]", text[max(0, start - 40) : start])[-1]
    after = re.split(r"[。!?;\n]", text[end : end + 18])[0]
    if _LIVES.search(before):
        return False
    return bool(_OFFICE.search(before) or _OFFICE.search(re.split(",", after)[0]))


def _counts(text: str, span: Span) -> bool:
    """A number of things: 共12栋3个单元, 建成6层."""
    after = text[span.end : span.end + 3]
    before = text[max(0, span.start - 4) : span.start]
    return bool(COUNTED.search(before) and re.match(r"[,。;、住楼房的共]|$", after))
