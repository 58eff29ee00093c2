"""`Document` → `Plan`: the whole recipe. Each step is one module with one public call."""

from assistant.plans import Plan
from ingest.anomalies import find_anomalies
from ingest.appendix import parse_appendix
from ingest.documents import Document
from ingest.header import parse_header, plan_id_for
from ingest.sections import parse_sections

# Raised whenever the same file would give another plan or other passages: libraries then read their files anew.
PARSER_VERSION = 1


def parse_plan(document: Document) -> Plan:
    """Everything that a document says, as a plan. Never fails: a text that is no plan has no tasks and few facts."""
    # the header tells the plan's id and year, which tasks and sections carry; it needs only where the sections lie
    draft = parse_sections(document, parse_appendix(document, "", None), "")
    facts, legal_bases = parse_header(document, draft)
    plan_id = plan_id_for(facts, document.source)
    first_year = facts["year"].value if "year" in facts else ""
    appendix = parse_appendix(document, plan_id, int(first_year) if first_year.isdigit() else None)
    sections = parse_sections(document, appendix, plan_id)
    return Plan(
        plan_id=plan_id,
        source=document.source,
        text=document.text,
        facts=facts,
        legal_bases=legal_bases,
        sections=sections,
        tasks=appendix.tasks,
        anomalies=find_anomalies(text=document.text, facts=facts, sections=sections, tasks=appendix.tasks),
    )
