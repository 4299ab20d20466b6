"""What was read in a text is remembered, the text is not."""

from concurrent.futures import ThreadPoolExecutor

from kitt_rtc.playbooks.memo import Memo


def test_a_text_is_read_once_in_each_language():
    asked: list[tuple[str, str]] = []

    def read(text: str, language: str) -> int:
        asked.append((text, language))
        return len(asked)

    memo = Memo(read)
    assert [memo.of("ah", "en"), memo.of("ah", "en"), memo.of("ah", "fr"), memo.of("oh", "en")] == [1, 1, 2, 3]
    assert asked == [("ah", "en"), ("ah", "fr"), ("oh", "en")]


def test_the_oldest_makes_room():
    asked: list[str] = []
    memo = Memo(lambda text, _: asked.append(text), remembered=2)
    for text in ("a", "b", "c", "c", "b", "a"):
        memo.of(text, "en")
    assert asked == ["a", "b", "c", "a"]


def test_threads_may_share_it():
    memo = Memo(lambda text, _: text.upper(), remembered=3)
    texts = [f"text {number % 7}" for number in range(2_000)]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda text: memo.of(text, "en"), texts)) == [text.upper() for text in texts]
