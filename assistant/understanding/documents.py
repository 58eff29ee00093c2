"""Documents that a question names by their number: "Nghị định 61/2018", "985/QĐ-TTg", "60-NQ/TU"."""

import re
from typing import Final

from assistant.vietnamese import fold

_KINDS: Final = r"(?:qd|nq|nd|ct|tt|ttr|kl|tb|bc|hd|ttlt|kh|qh\d*)"
_NUMBER: Final = re.compile(
    # 985/QĐ-TTg, 61/2018/NĐ-CP, 6459/BNV-CCHC
    rf"(?<![\d/.,])\d{{1,5}}\s*/\s*(?:(?:19|20)\d\d\s*/\s*)?(?:{_KINDS}\b(?:\s*-\s*[a-z&]{{2,}})*|[a-z&]{{2,}}\s*-\s*[a-z&]{{2,}})(?![\w-])"
    # 60-NQ/TU
    r"|(?<![\d/.,-])\d{1,4}\s*-\s*(?:nq|ct|kl|qd|hd|qc)\s*/\s*[a-z]{2,}(?!\w)"
    # Nghị định 61/2018
    r"|(?:(?<=nghi dinh )|(?<=nghi quyet )|(?<=quyet dinh )|(?<=thong tu )|(?<=chi thi )|(?<=decree )|(?<=resolution )|(?<=decision )|(?<=circular )|(?<= so ))"
    r"\d{1,5}/(?:19|20)\d\d(?![/\d])"
)


def documents_named(text: str) -> list[str]:
    """The numbers of documents in a text, as written, in order."""
    return list(dict.fromkeys(text[m.start() : m.end()] for m in _NUMBER.finditer(fold(text))))
