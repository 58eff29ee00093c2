"""How people ask, as data: patterns over folded text, each with the words it stands for."""

import re
from typing import Final

from assistant.plans import Column
from assistant.understanding.question import FactName

# Columns: what of a task is asked for
WANTED: Final[list[tuple[Column, re.Pattern[str]]]] = [
    (column, re.compile(pattern))  # type: ignore[misc]
    for column, pattern in {
        "coordinating": r"\b(?:who|which \w+) (?:will |is to |has to )?supports?\b|\b(?:ai|co quan nao|don vi nao|so nao|ben nao|nhung ai) (?:se |phai |duoc )?(?:giup|ho tro|phu)\b|\bphoi hop\b|\bassist\w*|\bhelp(?:s|ed|ing)?\b|\balongside\b|\bwith whom\b|\btogether with\b|\b(?:lam |thuc hien )?cung (?:voi )?(?:ai|don vi nao|co quan nao|so nao|don vi|nhung ai)\b|\bho tro\b(?= (?:la )?(?:ai|co quan|don vi))|\bcoordinat\w*|\bwork(?:s|ing)? (?:together )?with\b|\bpartners?\b|\bsupporting agenc|\bcung (?:lam|thuc hien)\b|\bco-?operat\w*",
        "lead": r"\bchu tri\b|\bai\b(?! (?:da )?ky\b| ban hanh\b| dung ten\b| phoi hop\b)|\b(?:ai|don vi nao|co quan nao|so nao|ben nao|phong nao|dau moi nao|nhung ai)\s+(?:la\s+)?(?:duoc\s+)?(?:phai\s+)?(?:se\s+)?"
        r"(?:lo|lam|phu trach|thuc hien|chiu trach nhiem|dung ra|dam nhan|dam nhiem|chu|soan|tham muu|to chuc|van hanh|trien khai|xay dung|trinh|bao cao|theo doi|kiem tra|ban hanh|cong bo|dau moi|quan ly|tiep nhan|xu ly|huong dan)\b"
        r"|\bgiao (?:cho )?(?:ai|so nao|don vi nao|co quan nao|nhung ai|ben nao)\b|\bdo (?:ai|co quan nao|don vi nao|so nao|ben nao)\b|\bai (?:lo|chu)\b"
        r"|\bwho(?:'s)?\b(?! sign| issue)|\blead(?:s|ing)?\b|\bresponsible\b|\bin charge\b|\bwhich (?:office|agency|department|body|unit)\b|\bheads?\b"
        r"|\bwhose (?:responsibility|job|duty|task)\b|\bthuoc trach nhiem\b|\btrach nhiem cua ai\b|\bco quan (?:phu trach|thuc hien)\b|\bthi ai\b|\bai (?:vay|the)?\?*$|\bso nao\b|\bdon vi nao\b|\bco quan nao\b",
        "deadline": r"\bkhi nao\b|\bt(?:hoi )?gian\b|\bchung nao\b|\bhoi nao\b|\bbao h\b|\bbao gio\b|\bthoi han\b|\bhan (?:chot|cuoi|la|nao|den|khi|(?:thang|quy|ngay)(?! ?(?:[ivx]+\b|\d))|bao|cua|hoan)|\bhan\s*[?+&/,]|\bhan$|\bden han\b|\bthoi g(?:ia|ai)n\b|\bwhen\b|\bdue\b|\bdeadlines?\b"
        r"|\bby what (?:date|time|month|quarter|year|deadline|day)\b|\bdates please\b|\bdates\b|\b(?:which|what) (?:months?|quarters?|years?|dates?|time)\b|\btiming\b|\btime (?:limit|frame)\b|\bschedule\b|\bluc nao\b|\bquy (?:may|nao)\b|\bthang (?:may|nao)\b|\bngay (?:may|nao)\b|\bhan va\b|\bva han\b|, han\b(?! (?:la |trong |den )?(?:quy|thang|ngay) ?(?:\d|[ivx]+\b))|\bcham nhat\b|\bbao lau\b|\b(?:over|in|for|during) what period\b|\bhow often\b|\bfinish(?:ed)?\b|\bhow long\b",
        "product": r"\bsan pham\b|\bke?t qua the hien\b|\b(?:co|ra|nop|trinh) (?:giay to|cai|van ban) gi\b|\bnop (?:cai )?gi\b|\bwhat (?:document|paper|kind of document)s?\b|\bcome out\b|\bproduc(?:e|es|ed|ing)\b|\bresults? in\b|(?<!tu )(?<!o )\bdau ra\b|\bket qua (?:la gi|gi|dau ra|can dat|du kien|cua)|\bket qua\b(?=.{0,12}$)|\bproducts?\b|\boutputs?\b|\bdeliverables?\b|\bra (?:van ban|san pham) gi\b",
        "budget": r"\bkinh phi\b|\bkp\b|\btien lay\b|\bco tien\b|\bngan sach\b|\bnguon (?:tien|von)\b|\btien (?:o dau|tu dau|dau)\b|\btien\b.{0,70}\blay (?:o |tu )?dau\b|\blay tien (?:o |tu )?dau\b|\bai (?:tra|chi) tien\b|\bbudget\b|\bfund(?:s|ed|ing)?\b|\bbao nhieu tien\b|\bmoney\b|\bwho (?:pays|funds|finances)\b|\bpaid for\b",
        "note": r"\bghi chu\b|\bremarks?\b|\bnotes?\b",
        "task": r"\bnoi dung (?:cua )?(?:nhiem vu|nv|stt|viec)|\b(?:nhiem vu|nv|stt|task|muc)\b.{0,40}\b(?:la gi|la viec gi|noi gi|ve viec gi|noi dung gi|gom gi)\b|\bwhat is (?:task|item)\b|\b(?:describe|text of) (?:task|item)\b",
    }.items()
]

# Header facts
FACTS: Final[list[tuple[FactName, re.Pattern[str]]]] = [
    (name, re.compile(pattern))  # type: ignore[misc]
    for name, pattern in {
        "signed_by": r"\b(?:pho )?chu tich (?:(?:ubnd|uy ban nhan dan|uy ban) )?(?:tinh )?(?!hdnd|xa\b|huyen\b|phuong\b|nuoc\b|thi tran\b).{0,25}\b(?:la ai|ten gi|ten la gi|la ong nao)\b|\bdo (?:pct|pho chu tich|chu tich|ong|ba) .{3,40}\bky\b|\b(?:ai|nguoi nao|vi nao|ong nao|ba nao|vi lanh dao nao|lanh dao nao|chu tich nao|pct nao|pho chu tich nao|who|whom)\b.{0,45}\b(?:dat but ky|ky ten|(?<!dinh )(?<!thoi )ky(?! (?:ket|thi|hop|so|hop|bao|luat|1|2)))\b|\bky\b.{0,60}\bvoi tu cach\b|\bdat but ky\b|\bsigner\b|\bten (?:ng|nguoi) ky\b|\bchu ky (?:tren|cua|duoi)\b|\bwhose (?:signature|name)\b|\bsignature (?:is |stands )?(?:on|under)\b|\bong [\w ]{3,30} ky\b|\bai dung ten ky\b|\b(?:pho )?chu tich (?:\w+ )?ky\b|\bky thay\b|\b(?:ai|nguoi nao) (?:da )?(?:la nguoi )?ky\b|\bnguoi ky\b|\bky boi\b|\bdo ai ky\b|\bchu ky cua ai\b|\bwho sign(?:ed|s)\b|\bsigned by\b|\bsignatory\b|\bsigner\b|\b(?:lanh dao|vi) nao ky\b",
        "issued_on": r"\b(?:ke hoach|kh) (?:nao |nao la |gan |la )*(?:moi|cu|gan day) nhat\W*$|\bnumber,? (?:and )?(?:the )?date\b|\bdate,? (?:and )?(?:the )?(?:number|signator\w+|signer)\b|\bdate (?:and|or) (?:the )?(?:number|signator\w+|signer)\b|^\W*(?:duoc )?(?:ban hanh|ky) (?:ngay )?\d{1,2}/\d|\b(?:ke hoach|kh)\b.{0,30}\b(?:ban hanh|ky) (?:ngay )?\d{1,2}/\d|\b(?:ban hanh|ky|ra) (?:truoc|sau cung|sau|som nhat|muon nhat|gan nhat|moi nhat|cu nhat|dau tien)\b|\b(?:issued|signed|published) (?:first|last|earlier|later|earliest|latest)\b|\b(?:latest|newest|oldest|earliest) plan\b|\b(?:ban hanh|ky|ra doi|(?<!lam )(?<!xay )ra)\b.{0,14}\b(?:ngay (?:nao|may|thang|bao)|khi nao|bao gio|luc nao|hom nao)|\bngay (?:ban hanh|ky)\b|\bkhi nao (?:thi )?(?:duoc )?(?:ban hanh|ky)\b"
        r"|\bngay thang nam (?:nao|ban hanh)|(?:ke hoach|kh)\b.{0,60}\bngay (?:may|nao|bao nhieu)\b|\bwhen was\b.{0,60}\b(?:issued|signed|published|adopted)\b|\bwhat date does it\b|\bdate (?:does|is) (?:it|the plan)\b|\bplan\b.{0,30}\b(?:was |is )?(?:issued|signed|adopted) (?:in|on)\b|\b(?:date of issue|issue date|issued on|date of the plan)\b|\bwhat date\b.{0,90}\b(?:issued|signed|adopted)\b",
        "issuer": r"\b(?:ai|co quan nao|don vi nao|cap nao) (?:da )?ban hanh (?:ra )?(?:ke hoach|kh)\b|\b(?:ke hoach|kh)\b.{0,40}\bdo (?:ai|co quan nao|cap nao) ban hanh\b|\bco quan ban hanh\b|\bwho issued\b|\bissuing (?:body|authority|agency)\b|\bwhich (?:body|authority) issued\b",
        "number": r"\bmang so (?:may|bao nhieu|gi|nao)\b|\bvan ban (?:nay|do)? ?(?:la |mang )?so (?:may|bao nhieu)\b|\bthe number,? (?:and )?(?:the )?(?:date|signator\w+|signer|title)\b|\bso (?:hieu|ky hieu|van ban)\b|\b(?:ke hoach|kh)\b.{0,60}\b(?:so (?:may|bao nhieu|gi|la)|mang so)\b|\bso (?:cua )?ke hoach\b.{0,50}(?:la gi|la bao nhieu|bao nhieu|may)|\b(?:official |plan |document )number\b|\bnumber of the plan\b",
        "legal_bases": r"\bplan\b.{0,40}\b(?:based|rests?|carr(?:y|ies) on|buil[dt]s? on|founded|drawn? on)\b|\b(?:resolution|decision|decree|dispatch|letter)s?\b.{0,60}\bplan\b.{0,20}\b(?:based|rests?|carry on|follows?|implements?)\b|\blam (?:co so|can cu) (?:de|cho)\b|\bcan cu (?:cv|cong van)\b|\brest(?:s|ed)? (?:on|upon)\b|\b(?:decision|resolution|document|dispatch)s?\b.{0,80}\brests?\b|\bwhich .{0,20}\bdecisions?\b.{0,60}\bbase\w*|\bdua (?:tren|vao|theo) (?:nhung |cac |hai |may )?(?:can cu|van ban|nghi quyet|quyet dinh|cong van|chi thi|nghi dinh|co so|luat)\b(?=.{0,20}(?:nao|gi|may)\b)|\b(?:theo|thuc hien|dua vao|dua tren) (?:cong van|nghi quyet|quyet dinh|chuong trinh|van ban|chi thi) (?:so )?(?:may|nao|gi|bao nhieu)\b|\b(?:cong van|nghi quyet|quyet dinh|chi thi) so (?:may|nao|bao nhieu)\b|\bcan cu (?:phap ly|vao|nao|nhung|cac|cong van|nghi quyet|quyet dinh|van ban|tren|gi|theo)?|\bco so phap ly\b|\blegal bas[ei]s\b|\bbased on (?:which|what)\b|\bdua tren (?:van ban|nghi quyet|quyet dinh)\b",
        "year": r"\bgiai doan (?:nao|may|bao nhieu)\b|\b(?:ke hoach|kh)\b.{0,40}\b(?:cho|cua|ap dung) (?:nam nao|giai doan nao)|(?<!over )\bwhat period\b(?=.{0,30}\b(?:cover|plan|apply|valid))|\bwhich (?:period|years?)\b.{0,30}\b(?:cover|plan)|\bthoi ky nao\b",
        "title": r"(?<!ho )\bten (?:day du|ke hoach|goi)\b|\btieu de\b|\btrich yeu\b|\b(?:full )?title\b",
    }.items()
]

GREETING: Final = re.compile(r"^\W*(?:xin )?(?:chao|alo|hello|hi|hey|good (?:morning|afternoon|evening)|hallo|helo)\b")
THANKS: Final = re.compile(
    r"^\W*(?:xin )?(?:cam on|cam on|thank|thanks|tks|thx|ok cam on|tam biet|bye|goodbye)\b|^\W*(?:ok|oke|okay|tot|tuyet|great|good)\W*$"
)
CAPABILITY: Final = re.compile(
    r"\bban (?:la ai|lam duoc gi|biet (?:lam )?gi|giup (?:duoc )?(?:gi|toi gi)|co the (?:lam|giup) (?:duoc )?gi|ten (?:la )?gi)\b|\bwho are you\b|\bwhat can you do\b|\bwhat (?:kinds?|sorts?|types?) of (?:things|questions|queries)\b|\b(?:what|which) (?:questions )?can (?:you|this (?:tool|assistant|bot)) (?:answer|do|help)\b|\bwhat (?:is this|are you)(?: tool| for)?\b\W*$|\b(?:tro ly|cong cu|bot|app|ung dung|may|em|chatbot) (?:nay )?(?:co the )?(?:giup|tra loi|lam|tra cuu) (?:duoc )?(?:nhung )?(?:gi|cau (?:hoi )?nao|viec gi)\b"
    r"|\bwhat do you (?:know|do)\b|\bhow (?:can|do) (?:you|i use)\b|\bhuong dan su dung\b|\btro ly (?:nay )?(?:la gi|lam duoc gi|biet gi)\b|\bhelp\W*$|^\W*(?:tro )?giup\W*$|\bhoi (?:duoc )?(?:nhung )?gi\b"
)
LISTING: Final = re.compile(
    r"\ball (?:the |of the )?(?:tasks|steps|rows|items|activities)\b|\b(?:of|among) (?:the |all )?(?:\w+ )?(?:tasks|steps|rows|items|activities)\b.{0,160}\bhow many\b|\b(?:tasks|items|rows)\b.{0,160}\bwhich (?:ones?|of them)\b|\bany (?:tasks?|items?)\b|\b(?:which|what) (?:\w+ ){0,3}(?:steps|rows)\b|\blist (?:them|all)\b|\b(?:liet ke|danh sach|ke (?:ra|ten)|tat ca|toan bo)\b.{0,25}\b(?:nhiem vu|nv|viec|dau viec|task)\b|\b(?:nhiem vu|nv|viec|dau viec|cong viec)\s+(?:nao|gi)\b|\bliet ke\b|(?<!trong )\bdanh sach\b"
    r"|\b(?:which|what|list|show|all|every)\b.{0,40}\b(?:tasks?|items?|activities|duties)\b|\b(?:xong|hoan thanh|lam xong|den han) (?:nhung |cac )?(?:gi|viec gi|viec nao|cai gi)\b|\bwhat(?:'s| is| are| falls?)? (?:due|to be (?:done|finished|completed))\b|\bwhat (?:must|should|has to|needs to) be (?:done|finished|completed)\b|\bwhat (?:has|have|is|are|was|does|do|did) .{3,60}\b(?:in charge of|responsible for|charged with|tasked with|lead)\b(?=.{0,30}\b(?:annex|appendix|table)\b)|\b(?:everything|anything|all) (?:that |which )?(?:is |are |falls? )?due\b|\btasks? (?:that|which|led|due|coordinated|of|for|where|with|under|assigned)\b"
    r"|\b(?:chu tri|phoi hop|phu trach) (?:nhung gi|nhung viec gi|gi|cai gi)\b|\bgom (?:nhung )?(?:gi|nhiem vu)\b"
)
# "các nhiệm vụ của Sở Tài chính" is a list, unless something else is asked: "ai duyệt dự toán cho các nhiệm vụ?"
WEAK_LISTING: Final = re.compile(r"\b(?:nhung|cac)\b.{0,12}\b(?:nhiem vu|nv|viec|dau viec|tasks?)\b")
# "những kế hoạch nào phải ban hành trong quý IV?": rows by their deadline
DOCUMENTS_DUE: Final = re.compile(
    r"\bnhung (?:ke hoach|van ban|bao cao|de an|chuong trinh|quyet dinh|quy dinh) nao\b|\bwhich (?:plans|reports|documents|decisions) (?:must|are|have|should)\b"
)
HOW_OFTEN: Final = re.compile(
    r"\bbao lau\b.{0,40}\b(?:mot|1|may) lan\b|\bmay lan\b|\bmay (?:nam|thang|tuan|ngay) .{0,50}\b(?:mot|1) lan\b|\bhow often\b|\bhow frequently\b|\bhow many times (?:a|an|per|each|every) \w+"
)
ASKS_ELSE: Final = re.compile(
    r"\b(?:ai|so nao|co quan nao|don vi nao|ben nao|noi nao|khi nao|bao gio|luc nao|quy nao|thang nao|bao nhieu|may|the nao|ra sao|o dau|tu dau|nguon nao|vi sao|gi)\b"
)
# The words of a deadline as they stand in the table
PRINTED_TIME: Final = re.compile(
    r"\bghi (?:ro |du |dung |la |ca |bon )*(?:thoi )?(?:han|gian)\b|\b(?:thoi )?(?:han|gian) (?:co )?ghi\b|\bdeadlines? (?:column )?(?:cell )?(?:reads?|says?|is printed|printed)\b|\b(?:printed|marked) (?:as|with) (?:the )?deadline"
)
COLUMN_LEAD: Final = re.compile(
    r"\bcot (?:co quan |don vi )?chu tri\b|\blead(?:ing)?(?: agency)? column\b|\bas (?:the )?lead(?: agency)?\b"
)
COUNTING: Final = re.compile(
    r"\b(?:of|among) (?:the |all )?(?:\w+ )?(?:tasks|steps|rows|items|activities)\b.{0,160}\bhow many\b|\b(?:bao nhieu|may|tong so|tong cong|so luong|co tat ca|dem)\s+(?:\w+\s+){0,2}?(?:nhiem vu|nv|dau viec)\b|\b(?:bao nhieu|may) (?:viec|dong|muc)\b|\b(?:nhiem vu|nv)\b.{0,10}\b(?:bao nhieu|la may)\b"
    r"|\bhow many (?:jobs|assignments|duties)\b|\bhow many\b.{0,30}\b(?:tasks?|items?|rows?|activities)\b|\b(?:co|kem) (?:kem )?(?:theo )?(?:bang (?:phan cong |danh muc )?(?:cac )?nhiem vu|phu luc(?: (?:cac )?nhiem vu)?)(?: kem theo| nao| gi)* (?:khong|chua|ko|k|hay khong)\b|\b(?:does|do|is|are|has|have)\b.{0,50}\b(?:(?:task|an?|any) )+(?:annex|appendix|table|list)(?: of tasks)?\W*$|\bnumber of tasks\b|\bcount\b.{0,20}\btasks\b"
)
DUTIES: Final = re.compile(
    r"\btrach nhiem\b|\bduoc giao (?:nhung )?(?:gi|viec gi|nhiem vu gi|lam gi)\b|\bgiao (?:nhung )?(?:gi|viec gi)\b|\b(?:phai|can|se)? ?lam (?:nhung )?(?:gi|viec gi)\b|\bco (?:nhiem vu|vai tro) gi\b|\bnhiem vu cua\b"
    r"|\b(?:must|should|have to|has to|need to|does|do)\b.{0,60}\bdo\b|\b(?:supposed|expected|asked|meant|required|told) to do\b|\bresponsibilit\w+|\bresponsible for\b|\bin charge of what\b|(?:'s|\bits|\btheir) (?:job|part)\b|\bduties\b|\brole of\b|\bvai tro\b|\bduoc giao\b|\b(?:lo|phu trach|quan) (?:nhung )?(?:gi|viec gi|mang (?:gi|nao)|phan (?:gi|nao))\b"
)
IN_IMPLEMENTATION: Final = re.compile(r"\b(?:phan |muc )?to chuc thuc hien\b|\bimplementation (?:section|part)\b")
PLANS: Final = re.compile(
    r"\b(?:co|nhung|cac|bao nhieu|may|danh sach|liet ke)\b.{0,15}\b(?:ke hoach|plan)\b.{0,10}\b(?:nao|trong thu vien|gi)\b|\b(?:which|what|how many|list)(?: the| all)? plans\b|\bke hoach nao\b.{0,12}\b(?:co|trong) (?:trong )?(?:thu vien|he thong|day)|\bbao nhieu ke hoach\b|\bco may ke hoach\b|\bthu vien (?:co|gom)\b"
)
WHERE: Final = re.compile(
    r"\b(?:nam )?o (?:muc|phan|dau|cho) nao\b|\bmuc nao\b|\bphan nao\b|\bwhich section\b|\bwhich (?:item|part|point|paragraph|bullet)s?\b.{0,70}\b(?:deals?|talks?|speaks?|covers?|mentions?|says?|is about)\b|\bwhere (?:in|does|is)\b|\bo dau trong\b|\bthuoc (?:muc|phan) nao\b"
)
NUMBER: Final = re.compile(
    r"\bbao nhieu\b|\bty le\b|\bphan tram\b|%|\bmay (?:%|phan|lan)\b|\bhow (?:many|much)\b|\bpercent\w*\b|\bshare\b|\brate\b|\bwhat (?:proportion|target|score|level)\b|\btoi thieu\b|\bchi tieu\b|\bmuc tieu\b|\bgiam may\b|\bdat may\b|\btargets?\b|(?<!high )(?<!low )(?<!good )\bscore\b|\bminimum\b|\b(?:satisfaction|approval) levels?\b|\blevels? of\b|\bfigures\b|\baims? (?:higher|for)\b"
)
# "đúng hạn" and "thời gian giải quyết" are what a target is about, not a deadline asked for
NOT_A_DEADLINE: Final = re.compile(
    r"\b(?:dung(?: va)?(?: truoc)?|truoc|qua|tre|som|dung va truoc) han\b|\bthoi gian (?:giai quyet|thuc te)\b|\bon time\b|\bthoi han giai quyet\b|\b(?:cat giam|rut ngan|giam) thoi gian\b"
)
MOST: Final = re.compile(
    r"\b(?:the )?(?:largest|highest|greatest|biggest) number of tasks\b|\bmore tasks than\b|\bnhieu nhiem vu hon ca\b|\bnhieu (?:\w+ ){0,2}nhat\b|\b(?:leads?|has|have|with) (?:the )?most\b|\bmost tasks\b|\bbusiest\b"
)
MORE: Final = re.compile(
    r"\b(?:nhieu|it) (?:nhiem vu |nv |dau viec |viec |cong viec )?hon\b|\b(?:more|fewer) (?:tasks|items|work|jobs)\b|\blead(?:s|ing)? (?:more|fewer)\b"
)
EXTREME: Final = {
    "earliest": re.compile(
        r"\bsom nhat\b(?! co the)|\bearliest\b|\bsoonest\b|\bdue first\b|\bfirst to be (?:due|done|finished|completed)\b"
    ),
    "latest": re.compile(
        r"\b(?:muon|tre|xa) nhat\b|\b(?:nhiem vu|nv|viec|dau viec) nao\b.{0,30}\bcham nhat\b(?=\W*$| trong (?:ke hoach|kh)\b| cua\b)"
        r"|(?<!at the )\blatest\b(?! (?:plan|version|by))|\bdue last\b|\blast to be (?:due|done|finished|completed)\b"
    ),
}
# With its marks "đó" points back; folded it is also "do" (by)
POINTING: Final = re.compile(
    r"\b(?:nhiệm vụ|việc|kế hoạch|cái|sở|cơ quan|đơn vị|nhóm|mục|hai|mấy cái|các) (?:đó|này|ấy|kia|trên)\b", re.IGNORECASE
)
ELLIPTIC: Final = re.compile(
    r"^\W*(?:a ma|ma|con|the con|vay con|the|vay|roi|va|and|what about|how about|then)\b|\bthi sao\b|\b(?:nhiem vu|viec|ke hoach|cai|van de|so|co quan|don vi|nhom) (?:nay|ay|kia|tren)\b|\b(?:so|co quan|don vi) do\b(?! so\b)|\btrong so (?:do|nay)\b|\b(?:nhiem vu|viec|ke hoach|cai) do(?=\W*$| (?:la|thi|co|duoc|han|khi|ai|do)\b)|\b(?:it|its|they|them|that task|this task|that one|this plan|that plan|(?:any|which|some|none|how many) of (?:those|these))\b"
    r"|\bno\b(?= (?:do|co|duoc|la|thuoc|den|het))|^\W*(?:a |ah |o )?(?:khong|ko|nham|no|sorry|wait|xin loi)\b\W.{0,40}|^\W*(?:\w+ ){1,4}thi (?:la )?(?:bao nhieu|may|the nao)\W*$|^\W*(?:cai|viec|nhiem vu|nv) nao (?:cua|do|thuoc|la cua)\b|\by (?:toi|em|e|minh|la)\b|\bi mean\w*\b|\bquay lai\b|\btro lai\b|\bgo(?:ing)? back\b|\bback to\b|\b(?:toi|minh|em) hoi (?:cua|ve|ben)\b|\bnua\W*$"
)
_POST: Final = r"(?:(?:pho )?(?:giam doc|truong phong|chanh van phong|truong ban|chu nhiem|bi thu|chu tich hdnd|bo truong))"
# What people ask of agencies and no plan of this kind gives: the question, and its name in an answer
NEVER_GIVEN: Final = [
    (re.compile(pattern), vietnamese, english)
    for pattern, vietnamese, english in (
        (
            r"(?<!tong dai )\bso (?:dien thoai|dt|hotline)\b(?! (?:\w+ )?(?:tong dai|duong day nong))|\bsdt\b|\b(?:tele)?phone numbers?\b",
            "số điện thoại",
            "a telephone number",
        ),
        (
            r"\be-?mail (?:cua|address|of)\b|\bdia chi (?:email|thu dien tu|mail)\b|\bemail address\b",
            "địa chỉ thư điện tử",
            "an e-mail address",
        ),
        (
            r"\bdia chi (?:cua |tru so|so|van phong|lien he)|\btru so .{0,30}o dau\b|\b(?:office|street) address\b|\baddress of\b",
            "địa chỉ",
            "an address",
        ),
        (
            r"\b(?:luong|muc luong|phu cap) (?:cua|bao nhieu|can bo|cong chuc)|\bsalar(?:y|ies)\b|\bearns?\b.{0,30}\b(?:month|year|week)\b|\bluong (?:thang|bao nhieu|co ban)\b|\bmonthly (?:pay|wage|income)\b|\bhow much .{0,20}\bpaid\b",
            "mức lương",
            "salaries",
        ),
        (
            rf"\b{_POST} .{{0,40}}\b(?:la ai|ten gi|ten la gi|la ong nao)\b|\bai (?:la|lam|giu chuc) {_POST}\b|\bwho is the (?:\w+ )?(?:director|head|leader|chief|president) of\b",
            "tên người đứng đầu cơ quan",
            "who heads the agency",
        ),
        (
            r"\b(?:can|chuan bi|mang theo) (?:nhung |cac |may )?(?:loai )?(?:giay to|ho so) (?:gi|nao)\b|\b(?:giay to|ho so|thu tuc) (?:\w+ ){0,6}?(?:can|gom) (?:nhung |cac )?(?:gi|giay to)\b|\bwhat (?:documents|papers|paperwork) (?:do|does|should|must|are|is) .{0,40}(?:need|bring|submit|required)",
            "giấy tờ của từng thủ tục",
            "which papers a procedure needs",
        ),
        (r"\bgio lam viec\b|\bgio mo cua\b|\b(?:opening|working|office) hours\b", "giờ làm việc", "office hours"),
    )
]
ROLE_COORDINATING: Final = re.compile(r"\bphoi hop\b|\bcoordinat\w*|\bsupport\w*")
ROLE_ONLY_COORDINATING: Final = re.compile(
    r"\b(?:khong|ko) (?:tinh|ke|phai) (?:la )?(?:chu tri|lead)\b|\bchi phoi hop\b|\bonly coordinat\w*"
)
# Documents that a plan names: "theo nghị định nào", "công văn số mấy"
DOCUMENTS: Final = re.compile(
    r"\b(?:quyet dinh|nghi quyet|nghi dinh|cong van|chi thi|thong tu|luat|de an|chuong trinh|ket luan|cv|qd|nq|nd)\b (?:so )?(?:\w+ ){0,3}?(?:nao|so may|gi|so bao nhieu|may)\b|\bvan ban (?:phap luat )?(?:nao|so may)\b"
    r"|\b(?:nghi quyet|quyet dinh|chi thi|cong van|nghi dinh) ve\b.{0,60}\b(?:so|ngay) (?:may|nao|bao nhieu)\b|\b(?:resolution|decision|decree|directive|circular)s? (?:about|on|concerning)\b.{0,60}\b(?:number|date)\b"
    r"|\b(?:which|what) (?:\w+ ){0,3}?(?:decision|decree|resolution|circular|law|directive|dispatch|letter|regulation)s?\b"
)
DOCUMENT_KINDS: Final = {
    "quyet dinh|qd|decision": "quyết định", "nghi quyet|nq|resolution": "nghị quyết", "nghi dinh|nd|decree": "nghị định",
    "cong van|cv|dispatch|letter": "công văn", "chi thi|directive": "chỉ thị", "thong tu|circular": "thông tư", "luat|law": "luật",
}  # fmt: skip
LINK: Final = re.compile(
    r"\b(?:link|url|duong link|duong dan)\b|\bdia chi (?:web|website|trang web|trang|cong|truy cap)|\b(?:web|website) ?address\b|\bwebsite nao\b|\btrang (?:web )?nao\b"
)
# Where a document is named, or by which plans
MENTIONED: Final = re.compile(
    r"\b(?:nhac|vien dan|dan chieu|trich dan|de cap|xuat hien)\b|\b(?:nam )?o (?:dau|cho nao|nhung dau|nhung cho nao|muc nao|phan nao)\b|\bcho nao\b|\bke hoach nao\b|\btinh nao\b"
    r"|\b(?:mention\w*|cite[sd]?|cit(?:ing|ation)\w*|refer(?:s|red|ring)? to|appears?|named|where)\b"
)
RECIPIENTS: Final = re.compile(r"\bnoi nhan\b|\brecipients?\b|\bgui cho nhung ai\b|\bsent to\b|\bcopied to\b")
# Each plan's own answer is wanted
COMPARE: Final = re.compile(
    r"\b(?:tung|moi|cac) (?:tinh|ke hoach|noi)\b|\btinh nao\b|\bke hoach nao\b|\bnhung tinh\b|\bso sanh\b|\bso voi\b|\bvs\b|\b(?:which|what|each|all) (?:of the )?(?:provinces?|plans?)\b|\bcompar\w+|\bboth\b"
)
# "kinh phí của kế hoạch lấy từ đâu": the plan's own funding, not a row's
PLAN_FUNDING: Final = re.compile(
    r"\b(?:kinh phi|tien|ngan sach|nguon(?: luc| tien| von)?)\b.{0,45}\b(?:ke hoach|kh|cai cach|cchc)\b(?!.{0,12}\b\d+\b.{0,30}\b(?:nhiem vu|nv|stt)\b)|\b(?:ke hoach|kh)\b.{0,70}\b(?:kinh phi|tien|ngan sach)\b.{0,25}\b(?:tu dau|dau|nguon nao)\b"
    r"|\breforms?\b.{0,40}\b(?:paid for|funded|financed)\b|\b(?:fund(?:ed|ing|s)?|money|paid|finance[ds]?|budget)\b.{0,40}\bplans?\b|\bplans?\b.{0,40}\b(?:funded|financed|paid for|money|funding)\b"
)
_BLANK: Final = r"(?:bo trong|de trong|bi trong|con trong|o trong|chua (?:ghi|co|neu)|khong (?:ghi|co|neu|de)|thieu|without|no|blank|empty|missing|lacks?|left (?:blank|empty))"
_COLUMN_NAMES: Final[dict[Column, str]] = {
    "coordinating": r"(?:co quan |don vi )?phoi hop|coordinat\w+(?: agenc\w+| bod\w+)?", "lead": r"(?:co quan |don vi )?chu tri|lead(?: agenc\w+)?",
    "budget": r"kinh phi|kp|budget|funding|money", "product": r"san pham|products?", "deadline": r"thoi han|thoi gian|deadlines?|due dates?",
    "note": r"ghi chu|notes?|remarks?",
}  # fmt: skip
# Rows with a blank cell: "bỏ trống cột cơ quan phối hợp", "cột kinh phí để trống", "tasks without a coordinating agency"
BLANK: Final[list[tuple[Column, re.Pattern[str]]]] = [
    (
        column,
        re.compile(
            rf"\b{_BLANK}\b(?: (?:cot|phan|o|muc|ten|a|an|any|the|in|cell|column|for))* (?:{name})\b|\b(?:{name})\b(?: (?:cell|column|bi|dang|dc|duoc|la|is|are))* {_BLANK}\b(?! (?:ai|gi|nao))"
        ),
    )
    for column, name in _COLUMN_NAMES.items()
]
POSITION: Final = re.compile(
    r"\b(?:viec|nhiem vu|nv|cai|muc|dong|hang|stt)(?: so)? (?:(dau tien|first|thu nhat|thu 1)|(thu hai|thu 2|second)|(thu ba|thu 3|third)|(cuoi cung|cuoi|last|sau cung))\b"
    r"|\b(?:the )?(?:(first)|(second)|(third)|(last)) (?:task|row|item|one)\b|\b(?:task|row|item) (?:number )?(?:(one)|(two)|(three)|(last))\b"
    r"|^\W*(?:the |cai )?(?:(first|dau tien)|(second|thu hai)|(third|thu ba)|(last|cuoi cung|cuoi))(?: (?:nhe|a|one|do|ay))?\W*$"
)
PURPOSE: Final = re.compile(r"\b(?:de|nham) (?:muc dich )?(?:lam )?gi\b|\bpurpose\b|\bwhat (?:is|was) .{0,40}\bfor\W*$")
# The question doubts what it says itself
DOUBTED: Final = re.compile(
    r"\b(?:phai|dung|co dung|co phai|the|vay) (?:vay )?(?:khong|ko|hong|hem|k|chu)\b|\b(?:isn't|wasn't|aren't|doesn't|didn't) (?:it|that|they|he|she)\b|\b(?:right|correct|true)\?|\bis (?:it|that) (?:right|correct|true)\b"
)
WHY: Final = re.compile(r"\b(?:vi sao|tai sao|sao lai|co sao)\b|\bwhy\b|\bhow come\b")
# What became of a plan: asked often, and told by reports, not by plans
OUTCOME: Final = re.compile(
    r"\b(?:thuc te da dat|thuc te dat duoc|hien (?:nay|gio|tai) (?:co|da|dang|dat)|da dat (?:duoc )?(?:bao nhieu|may)|(?:dung|xep)(?: hang)? (?:thu|hang) (?:may|bao nhieu)|duoc bao nhieu diem|nam ngoai dat)\b"
    r"|\bactually (?:achieved?|reach\w*|scored?|got|ha(?:ve|d|s))\b|\bha(?:d|s|ve) actually\b|\bachieved so far\b|\bcame (?:top|first)\b|\bcurrently (?:have|has|use|reach)\b|\bhow did .{0,40}\b(?:rank|score|perform)\b"
)
# Everyday life and other business of the state: no plan of administrative reform tells of it
OUTSIDE: Final = re.compile(
    r"^\W*(?:viet|soan|thao|dich|ve|sang tac)(?: (?:ho|giup|cho|gium|dum|toi|em|minh|mk|tui))+\b|\b(?:excel|countifs?|vlookup|powerpoint)\b|\b(?:viet|soan|lam|thao)(?: (?:ho|giup|cho|gium|dum|toi|em|minh|mk|anh|chi))+ (?:\w+ ){0,3}(?:bai|don|thu(?! tuc)|email|ban kiem diem|bai phat bieu|loi chuc|tho|van|cv|code|status|caption|tin nhan)\b|\b(?:don xin nghi|ban kiem diem|loi chuc|dam cuoi|thiep)\b|\b(?:doi bong|ngoai hang|giai hang|cup c1|the vang)\b|\b(?:mat khau|quen mk|pass wifi)\b|\bnen (?:mua|lap|chon|an|uong|choi)\b|\bban nghi (?:gi|sao|the nao)\b"
    r"|\b(?:draft|compose|write)\b.{0,20}\b(?:tweet|letter|email|speech|message|post|caption|resume|cv)\b|\bshould i (?:buy|take|eat|wear|marry|quit|invest)\b|\bsafe to (?:take|eat|drink)\b|\bdo you think\b|\b(?:lottery|ibuprofen|paracetamol|tablets|new baby|mobile phone should)\b|\bschool year\b|\bselect \* "
    r"|\b(?:thoi tiet|may do co|co lanh khong|co nong khong|hom nay troi|tam bien|troi (?:mua|nang)|mua hay nang|nang hay mua|du bao mua|bong da|ty so|tran dau|doi tuyen|world cup|euro 20\d\d|seagame|ca si|dien vien|bai hat|bo phim|phim hay|phim nao|nau (?:an|mon|pho|canh|bun)|cong thuc (?:nau|lam)|mon an|quan an|nha hang|khach san|homestay|dac san"
    r"|gia vang|gia xang|gia dat|ty gia|chung khoan|bitcoin|tien ao|xo so|ket qua so|lo de|vietlott|tu vi|cung hoang dao|phong thuy|boi toan|lam tho|bai tho|viet tho|van mau|ke chuyen cuoi|chuyen cuoi|truyen cuoi|tinh yeu|nguoi yeu|vo toi|chong toi|cai nhau|giam can|dau dau|dau bung|thuoc gi|uong thuoc|trieu chung|benh vien nao|bac si nao"
    r"|giai (?:bai toan|phuong trinh)|phuong trinh bac|dao ham|tich phan|thu do cua|dan so the gioi|lich su the gioi|dich (?:giup|sang|cau|doan)|viet (?:code|ham|doan code|chuong trinh python|email xin|don xin|thu tinh)|lap trinh|python|javascript|html css"
    r"|ho chieu|passport|thi thuc|visa|phat nguoi|phat giao thong|vuot den do|bang lai|giay phep lai xe|dang ky xe|dang ky ket hon|ly hon|khai sinh cho con|thue thu nhap ca nhan|quyet toan thue|hoan thue|bao hiem that nghiep|thai san|nghia vu quan su|tuyen sinh|diem chuan|thi dai hoc|hoc phi truong"
    r"|mua (?:dien thoai|xe may|o to|nha|ve may bay)|ve may bay|ve tau|di choi|di du lich|choi o dau|bai bien|thoi trang|trang diem)\b"
    r"|\b(?:weather|forecast|football|soccer|match score|world cup|recipe|cook(?:ing)?|restaurant|hotel|hostel|flight|airline|beach(?:es)?|movie|songs|singer|actor|poem|joke|horoscope|lottery|bitcoin|stock (?:price|market)|gold price|exchange rate|girlfriend|boyfriend|my wife|my husband|lose weight|headache|symptoms?"
    r"|solve (?:the|this) equation|capital of|translate (?:this|the|please|'|into)|write (?:me )?(?:a |an |some )?(?:python|code|function|script|essay|poem|story|cover letter)|homework|passport|driving licen[cs]e|traffic fine|income tax|divorce|election|president of|vote for|sightseeing|tourist attractions?|things to do)\b"
)
WHICH_PLAN: Final = re.compile(r"\b(?:ke hoach|kh|plan|cai|van ban|tinh) nao\b|\bwhich (?:plans?|province|one)\b|\bwhose plan\b")
ROLE_LEAD: Final = re.compile(r"\bchu tri\b|\bleads?\b|\bleading\b|\bled\b|\bphu trach\b|\bin charge\b|\bresponsible\b")
ROLE_EITHER: Final = re.compile(
    r"\blead(?:ing|er)? or (?:as )?(?:a )?(?:partner|coordinat\w+|support\w*)\b|\btham gia\b|\bco ten\b|\bxuat hien\b|\bduoc nhac\b|\blien quan (?:den|toi)\b|\binvolv\w*|\bchu tri (?:hoac|va|hay) phoi hop\b|(?<!ke )\bca chu tri\b|\bparticipat\w*"
)

# Words of asking, not of what is asked: left out of searches. With their marks, since folding would lose "hồ sơ"
# with "số" and "tờ rơi" with "rồi"; see `reading.search_words` for questions typed without marks.
STOPWORDS: Final = frozenset(
    "là gì ai nào thì ở của cho và các những có đến trong tại về với theo này kia đấy đây vậy không ko hay mấy cái được phải do như thế hỏi "
    "tôi mình em anh chị bạn ạ ơi nhé nhỉ xin giúp biết nói muốn cần đã rồi còn nữa sẽ đang bị bởi để từ ra vào lên thưa dạ à "
    "khi lúc sao đâu vì mỗi một đạt trên dưới ghi nêu cứ đó ấy thôi chứ nhớ nằm kh chừng mới ad mà lo chuyện hả ta việc đặt bên luôn".split()
)
# Asking in two words; taken out before the single ones, for "vui lòng" goes and "hài lòng" stays
STOP_PHRASES: Final = (
    "vui lòng|bao nhiêu|bao giờ|bao lâu|tối thiểu|ít nhất|phần trăm|tỷ lệ|tỉ lệ|thế nào|như thế nào|làm sao|vì sao|tại sao|quy định|làm gì|mục nào của văn bản|phần nào của văn bản|nói chuyện này|"
    "nói gì|tóm tắt|nguyên văn|trích dẫn|kế hoạch|phụ lục|khi nào|lúc nào|ngày nào|nơi nào|đi đâu|có phải|được không|phải không|nói rõ|kể ra|cho hỏi|là mấy|thì sao|để làm|khác nhau|giống nhau|lần lượt|mỗi bên|mỗi nơi|trùng nhau"
).split("|")
ENGLISH_STOPWORDS: Final = frozenset(
    "the a an of in on at to for by with and or is are was were be been do does did who what when which where how many much must should "
    "will can could would please tell me show list about it its that this these those there from as under than has have had i you your my "
    "we our they their if not no any all each every both between into over also may might plan plans year get gets give gives s minimum least make makes made come comes look looks want wants aim aims want reach "
    "across whom ones meant province provinces provincial table annex versus used isn wasn aren weren doesn don didn won hasn haven couldn wouldn shouldn t m ll ve re d printed exactly wording summarize summarise summary quote verbatim basis reached some kind sort overall general main right correct true given promise hope person people's anyone someone anything anywhere somewhere everything somebody read supposed need needs new whole rate rates appendix timeframe frame".split()
)
