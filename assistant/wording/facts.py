"""Answers about the assistant, the library, and the plans' header facts."""

from collections.abc import Sequence

from assistant.plans import Plan
from assistant.understanding.question import FactName, Question
from assistant.wording.draft import Draft, Writer, plain_plan


def about(writer: Writer, what: str) -> Draft:
    """Greeting, thanks, what the assistant can do, a question outside the plans; "ai chủ trì?" of no task asks back."""
    cards = writer.shelf.cards
    plans = "\n".join(f"- {writer.plan_name(c.plan_id)}" for c in cards)
    names = "; ".join(writer.plan_name(c.plan_id) for c in cards)
    status = "ambiguous" if what == "which_task" else "out_of_scope"
    return Draft(status, writer.say(what, count=len(cards), plans=plans, names=names), suggestions=_first_questions(writer))  # type: ignore[arg-type]


def _first_questions(writer: Writer) -> tuple[str, ...]:
    with_tasks = next((p for p in writer.shelf.plans.values() if p.tasks and p.fact("number")), None)
    if with_tasks is None:
        return ()
    task = with_tasks.tasks[len(with_tasks.tasks) // 2]
    name = f"{'plan' if writer.language == 'en' else 'kế hoạch'} {with_tasks.fact('number')}"
    return (
        writer.say("suggest_lead", row=writer.row(task), plan=name),
        writer.say("suggest_count", plan=name),
        writer.say("suggest_overview", plan=name),
    )


def plan_list(writer: Writer) -> Draft:
    """The plans of the library, each with the line in which its title stands."""
    lines = []
    for card in writer.shelf.cards:
        plan = writer.plan(card.plan_id)
        title = plan.facts.get("title")
        facts = ", ".join(
            filter(
                None,
                [
                    plan.fact("province"),
                    plan.fact("year"),
                    plan.fact("issued_on") and vietnamese_date(plan.fact("issued_on") or ""),
                ],
            )
        )
        mark = writer.sources.fact(plan, title) if title else ""
        lines.append(
            writer.say("plan_line", name=writer.plan_name(card.plan_id), title=card.title, facts=facts, mark=mark).rstrip()
        )
    return Draft("answered", writer.say("plans", count=len(lines), plans="\n".join(lines)), suggestions=_first_questions(writer))


def plan_facts(writer: Writer, question: Question, plans: Sequence[Plan]) -> Draft:
    """The header facts asked for; of every plan, as a question back, when none was named."""
    if len(plans) > 1:
        if "issued_on" in question.facts:
            plans = sorted(plans, key=lambda p: p.fact("issued_on") or "")
        lines = [_line(writer, plan, name) for plan in plans for name in question.facts]
        unclear = not question.plan_ids and not question.which
        head = writer.say("several_facts") if unclear else ""
        status = "ambiguous" if unclear else "answered"
        return Draft(status, "\n\n".join(filter(None, [head, "\n".join(lines)])))  # type: ignore[arg-type]
    plan = plans[0]
    texts = [fact_told(writer, plan, name) for name in question.facts]
    found = any(_known(plan, name) for name in question.facts)
    whose = writer.say("fact_of", plan=writer.plan_name(plan.plan_id), title=plan.fact("title") or plan.source) if found else ""
    return Draft(
        "answered" if found else "not_found",
        "\n\n".join(filter(None, [*texts, whose])),
        suggestions=_others(writer, plan, question),
    )


def _known(plan: Plan, name: FactName) -> bool:
    return bool(plan.legal_bases) if name == "legal_bases" else name in plan.facts


def fact_told(writer: Writer, plan: Plan, name: FactName) -> str:
    """A header fact as a sentence with its source, or that the plan does not print it."""
    if name == "legal_bases" and plan.legal_bases:
        bases = "\n".join(f"- **{b.value}** {writer.sources.fact(plan, b)}" for b in plan.legal_bases)
        return writer.say("fact_bases", plan=writer.plan_name(plan.plan_id), bases=bases)
    if not _known(plan, name):
        return writer.say(
            "fact_missing",
            plan=writer.plan_name(plan.plan_id),
            name=writer.mid_sentence(f"fact_{name}"),
            mark=_where_it_would_be(writer, plan, name),
        )
    fact = plan.facts[name]
    text = writer.say(
        "fact_line", name=writer.say(f"fact_{name}"), value=_shown(plan, name), mark=writer.sources.fact(plan, fact)
    )
    return f"{text} {writer.say('fact_inferred')}" if fact.inferred else text


def _line(writer: Writer, plan: Plan, name: FactName) -> str:
    label = writer.say(f"fact_{name}")
    if name == "legal_bases" and plan.legal_bases:
        value = "; ".join(b.value for b in plan.legal_bases)
        return writer.say(
            "fact_line_plan",
            plan=writer.plan_name(plan.plan_id),
            name=label,
            value=value,
            mark=writer.sources.fact(plan, plan.legal_bases[0]),
        )
    if not _known(plan, name):
        return writer.say(
            "fact_missing_line", plan=writer.plan_name(plan.plan_id), name=label, mark=_where_it_would_be(writer, plan, name)
        )
    return writer.say(
        "fact_line_plan",
        plan=writer.plan_name(plan.plan_id),
        name=label,
        value=_shown(plan, name),
        mark=writer.sources.fact(plan, plan.facts[name]),
    )


def _shown(plan: Plan, name: FactName) -> str:
    value = plan.facts[name].value
    if name == "issued_on":
        return vietnamese_date(value)
    role = plan.fact("signer_role")
    return f"{value} – {role}" if name == "signed_by" and role else value


def vietnamese_date(iso: str) -> str:
    """ "2020-12-24" → "24/12/2020"."""
    year, month, day = iso.split("-")
    return f"{day}/{month}/{year}"


def _where_it_would_be(writer: Writer, plan: Plan, name: FactName) -> str:
    """The part of the document that would say it."""
    kinds = ("signature", "recipients", "closing") if name == "signed_by" else ("front",)
    section = next((s for kind in kinds for s in plan.sections if s.kind == kind and s.own_end > s.start), None)
    return writer.sources.section(section) if section else ""


def _others(writer: Writer, plan: Plan, question: Question) -> tuple[str, ...]:
    name = plain_plan(writer, plan.plan_id)
    wanted = {"suggest_signed": "signed_by", "suggest_issued": "issued_on", "suggest_count": "tasks"}
    return tuple(
        writer.say(key, plan=name)
        for key, fact in wanted.items()
        if fact not in question.facts and (fact != "tasks" or plan.tasks)
    )


def absent_plan(writer: Writer, names: Sequence[str]) -> Draft:
    """A plan, province or year that the library lacks."""
    plans = "; ".join(writer.plan_name(c.plan_id) for c in writer.shelf.cards)
    listed = (
        " và ".join(names)
        if writer.language == "vi"
        else " or ".join(n.replace("kế hoạch số", "plan").replace("năm", "plan of") for n in names)
    )
    what = (
        listed
        if any(n.startswith(("kế hoạch", "năm")) for n in names)
        else (f"kế hoạch của {listed}" if writer.language == "vi" else f"plan of {listed}")
    )
    return Draft("not_found", writer.say("absent_plan", names=what, plans=plans))
