"""Tags and filters of every page: this file names them, its neighbours say what they do."""

from django import template

from core.languages import language_name
from core.templatetags import figures, icons, joints, numerals, prose, times

register = template.Library()

register.simple_tag(icons.icon)
register.simple_tag(icons.favicon)

register.filter(numerals.estimate)
register.filter(numerals.signed)
register.filter(numerals.percent)
register.filter(numerals.points)
register.filter(numerals.interval)
register.filter(numerals.thousands)
register.filter(numerals.duration)

register.filter(times.since)
register.filter(language_name)

register.simple_tag(joints.comma)
register.simple_tag(joints.colon)
register.tag("sentences", joints.sentences)

register.filter(prose.turn_text)
register.filter(prose.verbatim)
register.filter(prose.inline)
register.filter(prose.exact)
register.filter(prose.plain)
register.filter("words", prose.localized)
register.filter(prose.tool_call)
register.filter(prose.indented)
register.simple_tag(prose.language_of, name="lang_of")

for figure in (
    figures.forest_cell,
    figures.forest_axis,
    figures.stack_bar,
    figures.heat_table,
    figures.marks,
    figures.tile,
    figures.scale_key,
    figures.meter,
):
    register.inclusion_tag(f"components/figures/{figure.__name__}.html")(figure)
