"""Callbacks: the chart of who answered, and that of what three formulas make of the answers."""

from components import charts, filters, readings, session, views, words
from components.drawn import Drawn
from components.session import t
from components.views import Ask
from data_access.published import Scope
from metrics import answers, numerals
from metrics.measure import Figure

FORMULAS = ("satisfied", "not_dissatisfied")
PERIOD = filters.of_city("callbacks_asked")


def formulas(scope: Scope) -> list[readings.Reading]:
    """The three formulas, the strictest first."""
    strict, official = (readings.read(name, scope) for name in FORMULAS)
    return [strict, readings.weighted(scope), official]


def silent(scope: Scope) -> Figure | None:
    """What those who did not answer could change; None where it cannot be told."""
    found = readings.said(scope)
    return answers.silent(found) if found else None


@views.view("callbacks", page="satisfaction", period=PERIOD)
def _funnel(ask: Ask) -> Drawn:
    found = readings.said(ask.scope)
    if found is None:
        return Drawn(None, why=t("page.satisfaction.no_funnel"))
    share = numerals.percent(found.answered / found.asked, found.asked) if found.asked else "–"
    when = words.when(session.language(), ask.scope.period)
    title = t("chart.callbacks_title", when=when, share=share, **words.answers(found))
    return charts.funnel(found).under(title, t("page.satisfaction.funnel_hint"))


@views.view("formulas", page="satisfaction", period=PERIOD)
def _formulas(ask: Ask) -> Drawn:
    unknown = silent(ask.scope)
    if unknown is None:
        return Drawn(None, why=t("page.satisfaction.no_funnel"))
    found = formulas(ask.scope)
    values = sorted(one.figure.value for one in found if one.figure.value is not None)
    if len(values) < len(found):
        return Drawn(None, why=t("page.satisfaction.no_funnel"))
    least, most = (numerals.percent(end, unknown.denominator) for end in (values[0], values[-1]))
    when = words.when(session.language(), ask.scope.period)
    title = t("chart.formulas_title", when=when, least=least, most=most)
    return charts.formulas(found, unknown).under(title, t("chart.note_silent"))
