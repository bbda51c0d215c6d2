import threading

from app.answers import OVERHEAD, Answers
from app.bodies import Body


def body(size):
    return Body(b"x" * size, "text/plain")


def test_an_answer_is_made_once():
    made = []
    answers = Answers()
    for _ in range(3):
        answers.get("a", lambda: made.append(1) or body(1))
    assert made == [1]
    assert answers.find("b") is None


def test_what_was_not_asked_for_longest_goes_first():
    answers = Answers(room=3 * (OVERHEAD + 10))
    for name in "abc":
        answers.get(name, lambda: body(10))
    assert answers.find("a")
    answers.get("d", lambda: body(10))
    assert [name for name in "abcd" if answers.find(name)] == ["a", "c", "d"]


def test_what_is_larger_than_the_room_is_answered_and_not_kept():
    answers = Answers(room=5000)
    assert len(answers.get("a", lambda: body(10_000)).content) == 10_000
    assert answers.find("a") is None


def test_many_threads():
    answers = Answers(room=20 * OVERHEAD)
    threads = [
        threading.Thread(target=lambda: [answers.get(n % 37, lambda: body(5)) for n in range(300)]) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.kept.currsize <= answers.kept.maxsize
