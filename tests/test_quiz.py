"""The quiz: its questions and the learner's progress."""

from __future__ import annotations

import pytest

from hostnet_lab.core.guide.quiz import QUESTIONS, Question, QuizState, checked, feedback, score

START = QuizState(tuple(QUESTIONS))


def test_there_are_twelve_to_sixteen_questions_with_ids_of_their_own() -> None:
    assert 12 <= len(QUESTIONS) <= 16
    assert len({one.id for one in QUESTIONS}) == len(QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.id)
def test_each_choice_differs_and_explains_itself(question: Question) -> None:
    assert 3 <= len(question.choices) <= 4 and question.right in range(len(question.choices))
    assert len({one.text for one in question.choices}) == len(question.choices)
    assert len({one.why for one in question.choices}) == len(question.choices)
    assert all(len(one.why) > 20 for one in question.choices)


def test_the_right_choice_is_not_always_at_the_same_place() -> None:
    assert len({one.right for one in QUESTIONS}) == 4


def test_a_wrong_choice_is_explained_and_may_be_mended() -> None:
    question = QUESTIONS[0]
    wrong = checked(START, question.id, (question.right + 1) % len(question.choices))
    assert feedback(wrong, question).startswith("Not yet. ")
    mended = checked(wrong, question.id, question.right)
    assert feedback(mended, question).startswith("Right. ")
    assert (mended.right, mended.at_once) == (1, 0)


def test_no_choice_and_the_same_choice_again_change_nothing() -> None:
    assert checked(START, QUESTIONS[0].id, None) is START
    once = checked(START, QUESTIONS[0].id, 0)
    assert checked(once, QUESTIONS[0].id, 0) is once


def test_the_score_counts_right_answers_and_first_tries() -> None:
    state = START
    assert score(state) == f"No question of {len(QUESTIONS)} checked yet."
    for question in QUESTIONS:
        state = checked(state, question.id, question.right)
    assert score(state).startswith(f"{len(QUESTIONS)} of {len(QUESTIONS)} right, {len(QUESTIONS)} at the first try.")
