"""English words of the field and the Vietnamese that plans print for them: English questions search with these.

Longest phrases first; the right side is what stands in plans.
"""

import re
from typing import Final

from assistant.abbreviations import expand
from assistant.vietnamese import fold, tokens

GLOSSARY: Final = {
    "administrative reform": "cải cách hành chính", "reform": "cải cách", "administrative procedures?": "thủ tục hành chính",
    "procedures?": "thủ tục", "online public services?": "dịch vụ công trực tuyến", "public services?": "dịch vụ công",
    "public service units?": "đơn vị sự nghiệp công lập", "service delivery units?": "đơn vị sự nghiệp công lập",
    "online": "trực tuyến", "electronic(?:ally)?": "điện tử", "digital transformation": "chuyển đổi số", "digiti[sz]\\w*": "số hóa",
    "e-?government": "chính quyền điện tử", "digital government": "chính quyền số", "digital signatures?": "chữ ký số",
    "files?|dossiers?|applications?": "hồ sơ", "on time|on-time|timely": "đúng hạn", "before (?:the )?deadline": "trước hạn",
    "satisfaction|satisfied": "hài lòng", "satisf\\w+": "hài lòng", "citizens?|people": "người dân", "business(?:es)?|enterprises?|compan(?:y|ies)": "doanh nghiệp",
    "leaflets?|flyers?|brochures?": "tờ rơi", "print(?:ing|s)?": "in ấn", "propaganda|communications? (?:campaign|work)|publicity": "tuyên truyền",
    "inspect(?:s|ed|ion|ions)?": "kiểm tra", "check(?:s|ed|ing)?": "kiểm tra", "train(?:ing|ed)?": "tập huấn bồi dưỡng đào tạo",
    "civil servants?": "công chức", "public employees?": "viên chức", "cadres?|staff|public officials?": "cán bộ công chức",
    "staffing quotas?|payroll|posts?|quotas?": "biên chế", "part-time": "không chuyên trách", "downsiz\\w+|streamlin\\w+": "tinh giản",
    "cut|reduce[sd]?|reduction": "cắt giảm giảm", "recruit\\w*": "tuyển dụng", "exams?|examinations?|tests?": "thi sát hạch",
    "promotion": "nâng ngạch thăng hạng", "rank(?:ing|ed|s)?": "xếp hạng", "scor(?:e|es|ed|ing)": "chấm điểm", "index|indices|indicators?": "chỉ số",
    "survey\\w*": "khảo sát điều tra", "sociological": "xã hội học", "public assets?": "tài sản công", "assets?": "tài sản",
    "state capital|divest\\w*": "thoái vốn", "public finance": "tài chính công", "budget": "ngân sách", "funds?|funding": "kinh phí",
    "legal documents?|legal normative documents?": "văn bản quy phạm pháp luật", "documents?": "văn bản", "law enforcement|law implementation": "thi hành pháp luật",
    "legislation|laws?": "pháp luật", "institution(?:al|s)?": "thể chế", "organi[sz]ation\\w*": "tổ chức bộ máy", "apparatus": "bộ máy",
    "one-?stop(?: shop)?": "một cửa", "postal|post": "bưu chính công ích", "payments?": "thanh toán", "fees?": "phí lệ phí", "cashless": "không dùng tiền mặt",
    "national public service portal": "cổng dịch vụ công quốc gia", "portal": "cổng", "web ?sites?": "trang thông tin điện tử", "software": "phần mềm",
    "hotline|call cent(?:er|re)": "tổng đài", "text messages?|sms": "tin nhắn SMS", "cameras?": "giám sát camera", "mobile(?: devices?)?": "thiết bị di động",
    "database": "cơ sở dữ liệu", "data": "dữ liệu", "(?:what )?share of": "tỷ lệ", "share[sd]?|sharing": "chia sẻ", "connect\\w*": "kết nối", "integrat\\w+": "tích hợp",
    "report(?:s|ing)?": "báo cáo", "monitor\\w*|follow(?:s|ed)? up|follow-up": "theo dõi đôn đốc", "assignments?": "nhiệm vụ giao", "prime minister": "Thủ tướng Chính phủ",
    "government": "Chính phủ", "council resolution": "nghị quyết HĐND", "resolution": "nghị quyết", "decision": "quyết định", "decree": "nghị định",
    "allocat\\w+": "phân bổ", "decentrali[sz]\\w+|delegat\\w+": "phân cấp ủy quyền", "autonomy|autonomous": "tự chủ", "quality management": "quản lý chất lượng",
    "par index": "PAR INDEX", "purposes?|objectives?": "mục đích mục tiêu", "requirements?": "yêu cầu", "overall orientation": "định hướng chung", "orientation": "định hướng", "responsib\\w+": "trách nhiệm",
    "implementation": "tổ chức thực hiện", "reward\\w*|commend\\w*|awards?": "khen thưởng", "districts?": "cấp huyện", "communes?": "cấp xã",
    "provinc(?:e|ial)": "tỉnh", "departments?": "sở", "agenc(?:y|ies)": "cơ quan", "university|degrees?|graduates?": "đại học", "land": "đất đai",
    "construction": "xây dựng", "investment": "đầu tư", "disburs\\w+": "giải ngân", "level 4|level four": "mức độ 4", "level 3": "mức độ 3", "levels? 3(?:,| and) 4": "mức độ 3, 4",
    "health ?care|health": "y tế", "education": "giáo dục", "school": "trường", "newspapers?": "báo", "television|tv|radio": "phát thanh truyền hình",
    "broadcast\\w*": "phát sóng phát thanh", "sample (?:files?|dossiers?)": "hồ sơ mẫu", "review\\w*": "rà soát", "simplif\\w+": "đơn giản hóa", "publish\\w*|public(?:ly)? (?:post|list)\\w*": "công khai công bố",
    "meet(?:s|ing|ings)?": "họp mặt hội nghị", "dialogues?": "đối thoại", "contests?|competitions?": "cuộc thi", "experience|study (?:visits?|tours?)": "học tập kinh nghiệm",
    "e-?mail": "thư điện tử", "identity|identification|authenticat\\w+": "định danh xác thực", "resubmit\\w*|again": "cung cấp lại", "plans?": "kế hoạch", "draws? up|prepar\\w+|develop\\w*": "xây dựng",
    "merg\\w+": "sáp nhập sắp xếp", "villages?|hamlets?": "thôn ấp", "feedback|petitions?|complaints?": "phản ánh kiến nghị", "annual(?:ly)?": "hằng năm", "monthly": "hàng tháng",
    "savings?|thrift|waste": "tiết kiệm lãng phí", "job positions?": "vị trí việc làm", "ethics": "đạo đức", "culture": "văn hóa", "discipline": "kỷ luật kỷ cương",
    "announce\\w*": "công bố", "evaluat\\w+|assess\\w*": "đánh giá", "conference": "hội nghị", "architecture": "kiến trúc", "compliance costs?": "chi phí tuân thủ", "time": "thời gian",
    "interconnect\\w*|interoperab\\w*": "liên thông", "iso": "ISO", "infrastructure": "hạ tầng", "national database": "cơ sở dữ liệu quốc gia",
}  # fmt: skip
_FINDER: Final = [
    (re.compile(rf"\b(?:{pattern})\b"), words) for pattern, words in sorted(GLOSSARY.items(), key=lambda item: -len(item[0]))
]


def to_vietnamese(text: str) -> list[str]:
    """Vietnamese search words for an English question; words without an entry stay (names, abbreviations, numbers)."""
    rest = fold(text)
    words: list[str] = []
    for pattern, vietnamese in _FINDER:
        if pattern.search(rest):
            words += tokens(expand(vietnamese))
            rest = pattern.sub(" ", rest)
    return words + tokens(expand(rest))
