"""How words are written: gives a text typed without diacritics the marks that the library's words have."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from assistant.vietnamese import fold, one_tone, tokens

_WORD: Final = re.compile(r"[^\W\d_]+")
_PAIRED: Final = 0.85  # how far a pair of neighbours counts against a word alone
_ASKED_OFTEN: Final = 5
_START: Final = ""
_UNSEEN: Final = 1e-7
# Words that people ask with and plans hardly print; each phrase teaches its words and their neighbours
ASKING: Final = (
    "ai chủ trì|ai phối hợp|ai lo|ai làm|ai ký|ai ban hành|do ai|giao cho ai|giao ai|là ai|của ai|cho ai|với ai|thì ai|ai vậy|ai phụ trách|ai chịu trách nhiệm|"
    "cơ quan nào|đơn vị nào|sở nào|tỉnh nào|huyện nào|bên nào|nơi nào|ngày nào|tháng nào|quý nào|năm nào|lúc nào|khi nào|chừng nào|hồi nào|mục nào|phần nào|"
    "kế hoạch nào|nhiệm vụ nào|việc nào|những việc nào|văn bản nào|quyết định nào|nghị quyết nào|công văn nào|cái nào|thế nào|như thế nào|nguồn nào|nhóm nào|cấp nào|người nào|"
    "là gì|làm gì|hạn của nó|của nó|nó là|cho nó|nói những gì|có tất cả|đợt thi|đứng đầu|tiền thưởng|được thưởng|gồm gì|gồm những gì|nói gì|ghi gì|có gì|cái gì|việc gì|sản phẩm gì|giấy tờ gì|để làm gì|những gì|được gì|phải làm gì|"
    "bao nhiêu|bao nhiêu phần trăm|bao nhiêu nhiệm vụ|bao nhiêu việc|bao nhiêu tiền|là bao nhiêu|đạt bao nhiêu|bao giờ|bao lâu|bao giờ xong|khi nào xong|mấy nhiệm vụ|mấy việc|tháng mấy|quý mấy|số mấy|ngày mấy|là mấy|có mấy|"
    "hạn khi nào|hạn là khi nào|hạn chót|hạn cuối|đến hạn|thời hạn|hết hạn|đúng hạn|trễ hạn|xong chưa|phải xong|xong trước|hoàn thành|trước ngày|trước tháng|trước quý|cuối năm|đầu năm|nửa đầu năm|sáu tháng đầu năm|"
    "cho hỏi|cho tôi hỏi|cho em hỏi|cho mình hỏi|cho biết|cho tôi biết|cho xem|tôi muốn hỏi|tôi muốn biết|em muốn hỏi|xin hỏi|hỏi chút|giúp tôi|giúp mình|giúp em|xin chào|chào bạn|cảm ơn|cám ơn|vui lòng|làm ơn|"
    "ở đâu|lấy từ đâu|từ đâu|lấy ở đâu|nằm ở đâu|ở mục nào|tiền lấy từ đâu|tiền đâu|kinh phí lấy từ đâu|vì sao|tại sao|sao lại|ra sao|làm sao|thì sao|thế còn|còn bên|vậy còn|còn việc|còn nhiệm vụ|"
    "được không|phải không|đúng không|có không|không có|không phải|không cần|có phải|chưa có|đã có|hay không|có được|phải có|cần phải|cũng phải|"
    "trong kế hoạch|theo kế hoạch|kế hoạch của|của tỉnh|ở tỉnh|của sở|các tỉnh|từng tỉnh|mỗi tỉnh|so sánh|khác nhau|giống nhau|nhiều nhất|ít nhất|cao nhất|thấp nhất|cao hơn|nhiều hơn|"
    "người dân|bà con|dân|ông bà|cô chú|anh chị|em|tôi|mình|bạn|chúng tôi|họ|nó|cái này|việc này|việc đó|nhiệm vụ đó|nhiệm vụ này|kế hoạch đó|kế hoạch này|sở đó|cơ quan đó|bên đó|"
    "liệt kê|kể ra|kể tên|đếm|tổng cộng|tất cả|toàn bộ|danh sách|đầu tiên|cuối cùng|thứ hai|thứ ba|tiếp theo|ngoài ra|với|và|hoặc|nhưng|mà|thì|là|được|bị|đi|rồi|nữa|luôn|thôi|nhé|nhỉ|ạ|à|hả|vậy|thế|đó|này|kia|"
    "à mà|mà các|mà cơ quan|mà đơn vị|mà hạn|mà ai|dùng để|từ lúc nào|chỉ tiêu tối thiểu|bao nhiêu chỉ tiêu|chỉ tiêu của|chỉ tiêu với|từ quỹ nào|thưởng hình thức gì|chuyện ấy|chuyện đó|"
    "trên mạng|qua mạng|nộp hồ sơ|làm hồ sơ|làm giấy tờ|nộp giấy tờ|trả kết quả|đóng phí|đóng tiền|nộp tiền|hài lòng|than phiền|khiếu nại|thi tuyển|thi công chức|cán bộ xã|cán bộ|công chức|giảm người|bớt người|biên chế|lương|thưởng|khen thưởng"
)


class Spelling:
    """Knows how the syllables of some texts are written, and which stand next to which.

    `phrases`: words that people use beside those of the texts, lower case in one tone placement.
    """

    def __init__(self, texts: Iterable[str], phrases: Iterable[str] = ()) -> None:
        self._words: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        for text in texts:
            for line in text.split("\n"):
                self._learn([w for w in tokens(line) if w.isalpha()], 1)
        for phrase in phrases:
            self._learn(phrase.split(), 1)
        for phrase in ASKING.split("|"):
            self._learn(phrase.split(), _ASKED_OFTEN)
        self._total = sum(self._words.values())
        self._written: dict[str, list[str]] = defaultdict(list)
        for word in self._words:
            self._written[fold(word)].append(word)

    def _learn(self, words: list[str], weight: int) -> None:
        for word in words:
            self._words[word] += weight
        for pair in pairwise(words):
            self._pairs[pair] += weight

    def restored(self, text: str) -> str:
        """NFC `text` with the likeliest marks on its bare words; marked and unknown words stay. Keeps the length."""
        matches = list(_WORD.finditer(text))
        written = self._likeliest([one_tone(m.group()).lower() for m in matches])
        out = list(text)
        for match, word in zip(matches, written, strict=True):
            if len(word) == len(match.group()):
                out[match.start() : match.end()] = [
                    w.upper() if c.isupper() else w for c, w in zip(match.group(), word, strict=True)
                ]
        return "".join(out)

    def _likeliest(self, bare: list[str]) -> list[str]:
        """The best way to write a run of words: Viterbi over pairs of neighbours."""
        best: dict[str, tuple[float, list[str]]] = {_START: (0.0, [])}
        for word in bare:
            choices = [word] if fold(word) != word else self._written.get(word) or [word]
            best = {
                choice: max(
                    ((score + self._chance(before, choice), [*path, choice]) for before, (score, path) in best.items()),
                    key=lambda found: found[0],
                )
                for choice in choices
            }
        return max(best.values(), key=lambda found: found[0])[1]

    def _chance(self, before: str, word: str) -> float:
        alone = self._words[word] / self._total
        paired = self._pairs[before, word] / self._words[before] if self._words[before] else 0.0
        return math.log(_PAIRED * paired + (1 - _PAIRED) * alone + _UNSEEN)
