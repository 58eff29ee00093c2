"""Abbreviations of administrative Vietnamese. Plans print both forms, so both are read as the long one when searching."""

import re
from typing import Final

from assistant.vietnamese import any_of

ABBREVIATIONS: Final = {
    "TTHC": "thủ tục hành chính", "TTHCC": "trung tâm hành chính công", "DVC": "dịch vụ công", "DVCTT": "dịch vụ công trực tuyến",
    "DVCQG": "dịch vụ công quốc gia", "CBCCVC": "cán bộ công chức viên chức", "CBCVC": "cán bộ công chức viên chức",
    "CBCC": "cán bộ công chức", "CCVC": "công chức viên chức", "QPPL": "quy phạm pháp luật",
    "VBQPPL": "văn bản quy phạm pháp luật", "CNTT": "công nghệ thông tin", "CCHC": "cải cách hành chính",
    "CCTTHC": "cải cách thủ tục hành chính", "UBND": "ủy ban nhân dân", "HĐND": "hội đồng nhân dân", "CSDL": "cơ sở dữ liệu",
    "VPCP": "văn phòng chính phủ", "ĐVSN": "đơn vị sự nghiệp", "SNCL": "sự nghiệp công lập", "CQĐT": "chính quyền điện tử",
    "CĐS": "chuyển đổi số", "BPMC": "bộ phận một cửa", "HTQLCL": "hệ thống quản lý chất lượng", "NSNN": "ngân sách nhà nước",
    "PCI": "năng lực cạnh tranh PCI", "SIPAS": "chỉ số hài lòng SIPAS", "PAPI": "hiệu quả quản trị hành chính công PAPI",
}  # fmt: skip
# Typed without đ: the same abbreviations as a hurried hand leaves them
_SPELLINGS: Final = {key.replace("Đ", letter): words for key, words in ABBREVIATIONS.items() for letter in ("Đ", "D")}
_FINDER: Final = re.compile(any_of(_SPELLINGS), re.IGNORECASE)


def expand(text: str) -> str:
    """Text with its abbreviations written out: "DVC mức 4" → "dịch vụ công mức 4"."""
    return _FINDER.sub(lambda m: _SPELLINGS[m.group().upper()], text)
