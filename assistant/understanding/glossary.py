"""English words of the field and the Vietnamese that plans print for them: English questions search with these.

Longest phrases first; the right side is what stands in plans.
"""

import re
from typing import Final

from assistant.abbreviations import expand
from assistant.understanding.concepts import ALTERNATIVE, CONCEPT_END
from assistant.vietnamese import any_of, fold, tokens

GLOSSARY: Final = {
    "administrative reform": "cải cách hành chính", "reform": "cải cách", "administrative procedures?": "thủ tục hành chính",
    "procedures?": "thủ tục", "online public services?": "dịch vụ công trực tuyến", "public services?": "dịch vụ công",
    "public service units?": "đơn vị sự nghiệp công lập", "service delivery units?": "đơn vị sự nghiệp công lập",
    "online": "trực tuyến", "electronic(?:ally)?": "điện tử", "digital transformation": "chuyển đổi số", "digiti[sz]\\w*": "số hóa",
    "e-?government": "chính quyền điện tử", "digital government": "chính quyền số", "digital signatures?": "chữ ký số",
    "files?|dossiers?|applications?": "hồ sơ", "on time|on-time|timely": "đúng hạn", "before (?:the )?deadline": "trước hạn",
    "satisfaction|satisfied": "hài lòng", "satisf\\w+": "hài lòng", "citizens?|people": "người dân", "business(?:es)?|enterprises?|compan(?:y|ies)": "doanh nghiệp",
    "leaflets?|flyers?|brochures?": "tờ rơi", "print\\w*": "in ấn/in", "propaganda|communications? (?:campaign|work)|publicity": "tuyên truyền",
    "inspect\\w*": "kiểm tra", "check\\w*": "kiểm tra", "train\\w*": "tập huấn/bồi dưỡng/đào tạo",
    "civil servants?": "công chức", "public employees?": "viên chức", "cadres?|staff|public officials?": "cán bộ, công chức/công chức/cán bộ",
    "staffing quotas?|payroll|posts?|quotas?": "biên chế", "part-time": "không chuyên trách", "downsiz\\w+|streamlin\\w+": "tinh giản",
    "cut|reduce[sd]?|reduction": "cắt giảm/giảm", "recruit\\w*": "tuyển dụng", "exams?|examinations?|tests?": "thi tuyển/sát hạch/kỳ thi",
    "promotion": "nâng ngạch/thăng hạng", "rank(?:ing|ed|s)?": "xếp hạng", "scor\\w+": "chấm điểm", "index|indices|indicators?": "chỉ số",
    "survey\\w*": "khảo sát/điều tra", "sociological": "xã hội học", "public assets?": "tài sản công", "assets?": "tài sản",
    "state capital|divest\\w*": "thoái vốn", "public finance": "tài chính công", "budget": "ngân sách", "funds?|funding": "kinh phí",
    "legal documents?|legal normative documents?": "văn bản quy phạm pháp luật", "documents?": "văn bản", "law enforcement|law implementation": "thi hành pháp luật",
    "legislation|laws?": "pháp luật", "institution(?:al|s)?": "thể chế", "organi[sz]ation\\w*": "tổ chức bộ máy", "apparatus": "bộ máy",
    "one-?stop(?: shop)?": "một cửa", "postal|post": "bưu chính công ích/bưu điện", "payments?": "thanh toán", "fees?": "phí, lệ phí", "cashless": "không dùng tiền mặt",
    "national public service portal": "cổng dịch vụ công quốc gia", "portal": "cổng", "web ?sites?": "trang thông tin điện tử", "software": "phần mềm",
    "hotline|call cent(?:er|re)": "tổng đài", "text messages?|sms": "tin nhắn/SMS", "cameras?": "camera/giám sát", "mobile(?: devices?)?": "thiết bị di động",
    "database": "cơ sở dữ liệu", "data": "dữ liệu", "(?:what )?share of": "tỷ lệ", "shar(?:e[sd]?|ing)": "chia sẻ", "connect\\w*": "kết nối", "integrat\\w+": "tích hợp",
    "report\\w*": "báo cáo", "monitor\\w*|follow(?:s|ed)? up|follow-up": "theo dõi/đôn đốc/kiểm tra", "assignments?": "nhiệm vụ giao/nhiệm vụ", "prime minister": "Thủ tướng Chính phủ",
    "government": "Chính phủ", "council resolution": "nghị quyết HĐND", "resolution": "nghị quyết", "decision": "quyết định", "decree": "nghị định",
    "allocat\\w+": "phân bổ", "decentrali[sz]\\w+|delegat\\w+": "phân cấp/ủy quyền", "autonomy|autonomous": "tự chủ", "quality management": "quản lý chất lượng",
    "par index": "PAR INDEX", "purposes?|objectives?": "mục đích/mục tiêu", "requirements?": "yêu cầu", "overall orientation": "định hướng chung", "orientation": "định hướng", "responsib\\w+": "trách nhiệm",
    "implementation": "tổ chức thực hiện", "reward\\w*|commend\\w*|awards?": "khen thưởng", "districts?": "cấp huyện", "communes?": "cấp xã",
    "provinc(?:e|ial)": "tỉnh", "departments?": "sở", "agenc(?:y|ies)": "cơ quan", "university|degrees?|graduates?": "đại học", "land": "đất đai",
    "construction": "xây dựng", "investment": "đầu tư", "disburs\\w+": "giải ngân", "level 4|level four": "mức độ 4", "level 3": "mức độ 3", "levels? 3(?:,| and) 4": "mức độ 3, 4",
    "health ?care|health": "y tế", "education": "giáo dục", "school": "trường", "newspapers?": "báo", "television|tv|radio": "phát thanh/truyền hình",
    "broadcast\\w*": "phát sóng/phát thanh", "sample (?:files?|dossiers?)": "hồ sơ mẫu", "review\\w*": "rà soát", "simplif\\w+": "đơn giản hóa", "publish\\w*|public(?:ly)? (?:post|list)\\w*": "công bố/công khai",
    "meet\\w*": "họp mặt/hội nghị/gặp gỡ", "dialogues?": "đối thoại", "contests?|competitions?": "cuộc thi", "experience|study (?:visits?|tours?)": "học tập kinh nghiệm",
    "e-?mail": "thư điện tử", "identity|identification|authenticat\\w+": "định danh/xác thực", "resubmit\\w*|again": "cung cấp lại", "plans?": "kế hoạch", "draws? up|prepar\\w+|develop\\w*": "xây dựng",
    "merg\\w+": "sáp nhập/sắp xếp", "villages?|hamlets?": "thôn/ấp", "feedback|petitions?|complaints?": "phản ánh, kiến nghị", "annual(?:ly)?": "hằng năm/hàng năm", "monthly": "hàng tháng",
    "savings?|thrift|waste": "tiết kiệm/lãng phí", "job positions?": "vị trí việc làm", "ethics": "đạo đức", "culture": "văn hóa", "discipline": "kỷ luật/kỷ cương",
    "announce\\w*": "công bố", "evaluat\\w+|assess\\w*": "đánh giá", "conference": "hội nghị", "architecture": "kiến trúc", "compliance costs?": "chi phí tuân thủ", "time": "thời gian",
    "expired|lapsed": "hết hiệu lực", "recurrent (?:spending|expenditure)": "chi thường xuyên", "salaried": "hưởng lương", "hours?|airtime": "thời lượng", "results?": "kết quả", "list": "danh mục", "civil service": "công chức", "e-?signatures?": "chữ ký số", "announc\\w*": "công bố", "appendix|annex": "phụ lục", "standards?": "tiêu chuẩn", "system": "hệ thống", "model": "mô hình", "centre|center": "trung tâm", "hold\\w*": "tổ chức", "interconnect\\w*|interoperab\\w*": "liên thông", "iso": "ISO", "infrastructure": "hạ tầng", "national database": "cơ sở dữ liệu quốc gia",
    "e-?services?": "dịch vụ công trực tuyến", "level-?4|level-four|fully online": "mức độ 4/trực tuyến", "cases?|case files?|paperwork": "hồ sơ/thủ tục hành chính",
    "sample (?:dossiers?|files?|applications?)": "hồ sơ mẫu", "on time or (?:early|before)|on time or ahead": "đúng và trước hạn/đúng hạn và trước hạn", "early": "trước hạn",
    "commune officials?": "công chức xã/cấp xã", "commune(?:-level)? staff": "cán bộ, công chức cấp xã", "hiring|hire[sd]?": "tuyển dụng", "rules?|regulations?": "quy định",
    "user fees?|charges": "phí, lệ phí", "pay(?:ing)?": "thanh toán", "state shareholdings?|shareholdings?|stakes?|privati[sz]\\w+|sell(?:ing)? off": "thoái vốn/cổ phần",
    "hospitals?": "y tế/bệnh viện", "schools?": "giáo dục/trường", "public hospitals and schools": "y tế, giáo dục công lập", "students?|schoolchildren|pupils": "học sinh, sinh viên",
    "war veterans?|veterans?": "Hội Cựu chiến binh", "fatherland front": "Mặt trận Tổ quốc", "apologi[sz]\\w+|say(?:ing)? sorry": "xin lỗi", "late|overdue|delayed?": "trễ hạn",
    "at home": "tại nhà", "book(?:ing)? a time|appointments?": "hẹn giờ", "archiv\\w+": "lưu trữ", "records management|records": "văn thư lưu trữ/văn bản",
    "cyber ?security|information security": "an toàn thông tin", "public opinion survey|opinion survey|opinion poll": "điều tra xã hội học/khảo sát ý kiến",
    "scoring criteria|criteria": "tiêu chí/bộ chỉ số", "press|media": "báo/truyền thông", "broadcasters?": "đài phát thanh truyền hình", "one-stop": "một cửa",
    "red tape": "thủ tục hành chính/đơn giản hóa", "simpler|simplification": "đơn giản hóa", "self-assess\\w*|self-scor\\w*": "tự đánh giá/tự chấm điểm",
    "team|task force": "tổ", "steering committee": "ban chỉ đạo", "dissatisf\\w+|unhappy": "không hài lòng", "complain\\w*": "khiếu nại/phản ánh, kiến nghị",
    "mergers?|rearrang\\w+|reorgani[sz]\\w+|restructur\\w+": "sắp xếp", "leader(?:s|ship)?": "lãnh đạo", "grade|higher grade": "ngạch/hạng", "new entrants": "tuyển công chức",
    "steps?": "quy trình/thủ tục", "process(?:es)?": "quy trình", "workflows?": "quy trình", "bonus": "khen thưởng", "certificates? of merit": "bằng khen",
    "rewards?": "khen thưởng/bằng khen", "plan to communicate|communication plan": "kế hoạch tuyên truyền", "awareness": "tuyên truyền", "quality standards?": "tiêu chuẩn",
    "inter-?agency|inter-?connected": "liên thông", "internal procedures?": "quy trình nội bộ", "vertical(?:ly)? managed|sector(?:al)? agencies": "ngành dọc", "list of legal documents": "danh mục văn bản quy phạm pháp luật",
    "biometric|e-?identification|digital id(?:entity)?": "định danh và xác thực điện tử", "capital|investment capital": "vốn đầu tư", "recurring costs?": "chi thường xuyên", "it applications?|application of it|information technology(?: application)?": "ứng dụng công nghệ thông tin", "fields?|sectors?|areas?": "lĩnh vực", "focus\\w*|concentrat\\w+": "tập trung", "inspections?": "thanh tra, kiểm tra/kiểm tra", "business registration": "đăng ký kinh doanh", "satisfaction level": "mức độ hài lòng/hài lòng", "subordinate (?:units?|bodies|agencies)": "đơn vị trực thuộc", "publicity work": "tuyên truyền", "media outlets?": "báo/truyền thông",
}  # fmt: skip
# Words of the street → words of plans. Whole words, with their marks; folded for questions typed without.
STREET: Final = {
    "email": "thư điện tử/hộp thư", "e-mail": "thư điện tử", "mail": "thư điện tử", "xhh": "xã hội học", "trễ hẹn": "trễ hạn", "quá hẹn": "trễ hạn",
    "tiền thưởng": "khen thưởng", "được thưởng": "khen thưởng", "xe buýt": "xe bus", "loa": "đài phát thanh/phát thanh", "xài": "sử dụng",
    "coi": "tra cứu/xem", "online": "trực tuyến", "trên mạng": "trực tuyến", "qua mạng": "trực tuyến/qua mạng", "bằng đại học": "trình độ đại học",
    "rút vốn": "thoái vốn", "tay nghề": "nghiệp vụ", "nhắn tin": "tin nhắn", "website": "trang thông tin điện tử", "web": "trang thông tin điện tử",
    "truyền hình": "truyền hình/phát sóng", "giấy tờ": "hồ sơ/giấy tờ", "bằng khen": "bằng khen/khen thưởng", "học phí": "học phí",
    "chuyển khoản": "thanh toán trực tuyến/không dùng tiền mặt", "đóng phí": "thanh toán phí", "nộp phí": "thanh toán phí", "hành dân": "gây phiền hà/khó khăn",
    "nhũng nhiễu": "gây phiền hà/khó khăn", "cắt bớt": "cắt giảm", "bỏ bớt": "cắt giảm", "gặp gỡ": "họp mặt/đối thoại", "phường xã": "cấp xã/xã, phường",
    "xã phường": "cấp xã/xã, phường", "quảng bá": "tuyên truyền", "chấm": "chấm điểm", "góp ý": "phản ánh, kiến nghị/góp ý", "khiếu nại": "phản ánh, kiến nghị",
    "trợ lý ảo": "trợ lý ảo", "máy tính bảng": "máy tính bảng", "điện thoại di động": "thiết bị di động", "smartphone": "thiết bị di động",
    "một chỗ": "một cửa", "tinh giảm": "tinh giản", "giảm người": "tinh giản biên chế", "bớt người": "tinh giản biên chế", "thi cử": "thi tuyển",
}  # fmt: skip
_FOLDED_STREET: Final = {fold(word): official for word, official in STREET.items()}
_STREET_FINDER: Final = re.compile(any_of(w for w in {*STREET, *_FOLDED_STREET} if len(w) > 3))
_FINDER: Final = [
    (re.compile(rf"\b(?:{pattern})\b"), words) for pattern, words in sorted(GLOSSARY.items(), key=lambda item: -len(item[0]))
]


def to_vietnamese(text: str) -> list[str]:
    """Vietnamese search words for an English question, as marked concepts (see `concepts`).

    Words without an entry stay: names, abbreviations, numbers.
    """
    rest = fold(text)
    words: list[str] = []
    for pattern, vietnamese in _FINDER:
        if pattern.search(rest):
            words += [*_alternatives(vietnamese), CONCEPT_END]
            rest = pattern.sub(" | ", rest)
    for piece in rest.split("|"):
        words += [*tokens(expand(piece)), CONCEPT_END]
    return words


def colloquial(text: str) -> list[str]:
    """Words of a Vietnamese question, with the official words for those of the street beside them as alternatives."""
    words: list[str] = []
    at = 0
    for match in _STREET_FINDER.finditer(text):
        official = STREET[match.group()] if match.group() in STREET else _FOLDED_STREET[fold(match.group())]
        words += [
            *tokens(text[at : match.start()]),
            CONCEPT_END,
            *tokens(match.group()),
            ALTERNATIVE,
            *_alternatives(official),
            CONCEPT_END,
        ]
        at = match.end()
    return words + tokens(text[at:])


def _alternatives(vietnamese: str) -> list[str]:
    out: list[str] = []
    for i, phrase in enumerate(vietnamese.split("/")):
        out += [*([ALTERNATIVE] if i else []), *tokens(expand(phrase))]
    return out
