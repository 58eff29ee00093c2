"""Example questions that the library at hand can answer."""

from collections import Counter
from collections.abc import Iterator, Sequence

from assistant.plans import Plan, PlanCard
from assistant.register import Shelf
from assistant.web.sources import plan_name
from assistant.web.texts import Texts


def example_questions(shelf: Shelf, t: Texts) -> list[str]:
    """One question of each sort, each about another plan while there are enough."""
    with_tasks = sorted((c for c in shelf.cards if c.tasks), key=lambda c: c.plan_number is None)
    others = [c for c in shelf.cards if not c.tasks] or with_tasks
    return [
        *_about_a_task(shelf, with_tasks[:1], t),
        *_about_an_agency(shelf, with_tasks[1:2] or with_tasks, t),
        *_about_a_quarter(shelf, with_tasks[2:3] or with_tasks[:1], t),
        *(t.example_topic.format(plan=plan_name(card, t)) for card in others[:1]),
    ]


def _about_a_task(shelf: Shelf, cards: Sequence[PlanCard], t: Texts) -> Iterator[str]:
    """A task whose number occurs once and whose row gives what is asked."""
    for card in cards:
        tasks = shelf.plans[card.plan_id].tasks
        times = Counter(task.stt for task in tasks)
        fit = [task for task in tasks if times[task.stt] == 1 and task.lead and task.deadline]
        if fit:
            yield t.example_task.format(plan=plan_name(card, t), stt=fit[len(fit) // 2].stt)


def _about_an_agency(shelf: Shelf, cards: Sequence[PlanCard], t: Texts) -> Iterator[str]:
    """The agency that leads most often."""
    for card in cards:
        leads = Counter(a for task in shelf.plans[card.plan_id].tasks for a in task.lead_agencies)
        for agency, _ in leads.most_common(1):
            yield t.example_lead.format(plan=plan_name(card, t), agency=agency)


def _about_a_quarter(shelf: Shelf, cards: Sequence[PlanCard], t: Texts) -> Iterator[str]:
    for card in cards:
        year = _year_with_a_first_quarter(shelf.plans[card.plan_id])
        if year:
            yield t.example_due.format(plan=plan_name(card, t), year=year)


def _year_with_a_first_quarter(plan: Plan) -> int | None:
    """The latest year in whose first three months a task is due."""
    ends = [due.end for task in plan.tasks for due in task.due if due.end]
    return max((end.year for end in ends if end.month <= 3), default=None)
