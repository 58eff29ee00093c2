"""Abbreviations of administrative Vietnamese. Plans print both forms, so both are read as the long one when searching."""

import re
from typing import Final

from assistant.vietnamese import any_of, fold, tokens

ABBREVIATIONS: Final = {
    "TTHC": "thủ tục hành chính", "TTHCC": "trung tâm hành chính công", "DVC": "dịch vụ công", "DVCTT": "dịch vụ công trực tuyến",
    "DVCQG": "dịch vụ công quốc gia", "CBCCVC": "cán bộ công chức viên chức", "CBCVC": "cán bộ công chức viên chức",
    "CBCC": "cán bộ công chức", "CCVC": "công chức viên chức", "QPPL": "quy phạm pháp luật",
    "VBQPPL": "văn bản quy phạm pháp luật", "CNTT": "công nghệ thông tin", "CCHC": "cải cách hành chính",
    "CCTTHC": "cải cách thủ tục hành chính", "UBND": "ủy ban nhân dân", "HĐND": "hội đồng nhân dân", "CSDL": "cơ sở dữ liệu",
    "VPCP": "văn phòng chính phủ", "ĐVSN": "đơn vị sự nghiệp", "SNCL": "sự nghiệp công lập", "CQĐT": "chính quyền điện tử",
    "CĐS": "chuyển đổi số", "PVHCC": "phục vụ hành chính công", "TTPVHCC": "trung tâm phục vụ hành chính công",
    "TT PVHCC": "trung tâm phục vụ hành chính công", "BPMC": "bộ phận một cửa", "HTQLCL": "hệ thống quản lý chất lượng", "NSNN": "ngân sách nhà nước",
    "VB QPPL": "văn bản quy phạm pháp luật", "VB": "văn bản",
    "PCI": "năng lực cạnh tranh PCI", "SIPAS": "chỉ số hài lòng SIPAS", "PAPI": "hiệu quả quản trị hành chính công PAPI",
}  # fmt: skip
# Typed without đ: the same abbreviations as a hurried hand leaves them
_SPELLINGS: Final = {key.replace("Đ", letter): words for key, words in ABBREVIATIONS.items() for letter in ("Đ", "D")}
_FINDER: Final = re.compile(any_of(_SPELLINGS), re.IGNORECASE)


# What hurried hands leave of common words in a question; none of them stands for anything else there
_HURRIED: Final = {
    "đv": "đơn vị", "cq": "cơ quan", "cqhc": "cơ quan hành chính", "vb": "văn bản", "qđ": "quyết định", "nđ": "nghị định", "nq": "nghị quyết",
    "cv": "công văn", "ct": "chương trình", "hs": "hồ sơ", "kq": "kết quả", "bp": "bộ phận", "ktra": "kiểm tra", "kt": "kiểm tra", "ql": "quản lý",
    "qly": "quản lý", "ưd": "ứng dụng", "đc": "được", "dc": "được", "đk": "được", "ko": "không", "kg": "không", "hem": "không", "hong": "không", "hông": "không", "khum": "không", "hok": "không", "j": "gì",
    "bn": "bao nhiêu", "ng": "người", "tgian": "thời gian", "t.gian": "thời gian", "nvụ": "nhiệm vụ", "nvu": "nhiệm vụ", "cb": "cán bộ", "cc": "công chức",
    "dn": "doanh nghiệp", "mđ": "mức độ", "đg": "đánh giá", "trc": "trước", "fải": "phải", "z": "vậy", "zậy": "vậy", "dzậy": "vậy", "v": "vậy",
    "t.truyền": "tuyên truyền", "ttruyền": "tuyên truyền", "đt": "đào tạo", "bd": "bồi dưỡng", "gq": "giải quyết", "gquyết": "giải quyết", "tt": "thủ tục",
    "pakn": "phản ánh kiến nghị", "kp": "kinh phí", "ngsach": "ngân sách", "sp": "sản phẩm", "đvi": "đơn vị", "ubt": "ủy ban nhân dân tỉnh", "hđ": "hoạt động",
    "cty": "công ty", "đhành": "điều hành", "kí": "ký", "lí": "lý", "kĩ": "kỹ", "quí": "quý", "qui": "quy", "tỉ": "tỷ",
    "dv": "dịch vụ", "dvc": "dịch vụ công", "mtiêu": "mục tiêu", "ctiêu": "chỉ tiêu", "tlệ": "tỷ lệ", "xh": "xếp hạng", "cđs": "chuyển đổi số",
}  # fmt: skip
_HURRIED_FINDER: Final = re.compile(rf"(?<![\w/.&-]){any_of(_HURRIED)}(?![/&-]|\.\w)")
_HURRIED_ENGLISH: Final = {
    "shd": "should", "thru": "through", "btw": "between", "pls": "please", "plz": "please", "ppl": "people", "govt": "government", "gov": "government",
    "dept": "department", "depts": "departments", "docs": "documents", "doc": "document", "admin": "administrative", "info": "information", "yr": "year",
    "yrs": "years", "reqd": "required", "min": "minimum", "max": "maximum", "abt": "about", "whats": "what is", "hlps": "helps", "hlp": "help", "w/": "with",
    "b4": "before", "b/w": "between", "prov": "provincial", "ppc": "provincial people's committee", "mgmt": "management", "approx": "approximately", "nr": "number",
    "cttee": "committee", "mins": "minutes", "orgs": "organisations", "org": "organisation", "coord": "coordinating", "resp": "responsible", "qtr": "quarter", "biz": "business",
    "u": "you", "r": "are", "ur": "your", "wat": "what", "wht": "what", "wich": "which", "whos": "who is", "wats": "what is", "hav": "have", "tht": "that", "n": "and", "dey": "they", "cuz": "because", "dist": "district", "svc": "service", "svcs": "services", "sys": "system",
}  # fmt: skip
_HURRIED_ENGLISH_FINDER: Final = re.compile(
    rf"(?<![\w/.&'-])(?:{'|'.join(map(re.escape, sorted(_HURRIED_ENGLISH, key=len, reverse=True)))})(?![\w&'-]|\.\w)",
    re.IGNORECASE,
)
_HYPHENATED: Final = re.compile(
    r"\b(co|on|e|re|pre|inter)-(?=op|ord|line|gov|serv|organi|structur|arrang|agency|connect)", re.IGNORECASE
)
_DOCUMENTS: Final = {"QĐ": "quyết định", "NQ": "nghị quyết", "NĐ": "nghị định", "CV": "công văn", "CT": "chỉ thị"}
_DOCUMENT_FINDER: Final = re.compile(r"(?<![\w/-])(QĐ|NQ|NĐ|CV|CT)(?= (?:số|nào|gì|mấy)\b)")
_ONE_STOP: Final = re.compile(r"(?<![\d.,/])\b1 cửa\b|(?<=\bphan )1 cua\b|(?<=\bbp )1 cua\b|(?<=\bche )1 cua\b", re.IGNORECASE)
_SIGNS: Final = re.compile(r"(?<=\bai )ki\b|(?<=\bnguoi )ki\b")
_AN_AGENCYS: Final = re.compile(r"(?:\bs[ởo]|\bphòng|\bbộ|\bcục|&)\s*$", re.IGNORECASE)


def spelled_out(question: str) -> str:
    """A Vietnamese question with the short forms of common words written out: "đv nào ktra hs" → "đơn vị nào kiểm tra hồ sơ".

    Capitals are abbreviations of the field or names ("Sở CT") and stay.
    """
    question = _ONE_STOP.sub("một cửa", _SIGNS.sub("ký", question))
    question = _DOCUMENT_FINDER.sub(lambda m: _DOCUMENTS[m.group()], question)
    return _HURRIED_FINDER.sub(
        lambda m: m.group() if _AN_AGENCYS.search(question[: m.start()]) else _HURRIED[m.group()], question
    )


def spelled_out_english(question: str) -> str:
    """An English question with hurried words written out and prefixes joined: "shd co-ordinate" → "should coordinate"."""
    question = _HURRIED_ENGLISH_FINDER.sub(lambda m: _HURRIED_ENGLISH[m.group().lower()], question)
    return _HYPHENATED.sub(r"\1", question)


def expand(text: str) -> str:
    """Text with its abbreviations written out: "DVC mức 4" → "dịch vụ công mức 4"."""
    return _FINDER.sub(lambda m: _SPELLINGS[m.group().upper()], text)


def folded_words(text: str) -> list[str]:
    """The words of a text as they are compared: abbreviations written out, folded."""
    return tokens(fold(expand(text)))
