"""What each template is for, in one sentence: how one chooses among them."""

from django.utils.translation import gettext_lazy as _

PURPOSES = {
    "good_dialogue": _(
        "Is the whole dialogue good: helpful, correct, coherent, of the right length and tone? "
        "Worded so that longer or politer is not silently better."
    ),
    "grounded_answer": _(
        "Does each answer rest on the passages it was given, and fit what was asked? "
        "For systems that search before they answer."
    ),
    "retrieved_passage": _(
        "Does each passage that was found help to answer the question? For the search itself."
    ),
    "per_task": _(
        "Does the answer meet this task’s own points? A shared scale, less the deductions "
        "that apply."
    ),
    "dialogue_breakdown": _(
        "After which turn of the system can the dialogue not go on, and why? O, T or X each turn."
    ),
    "harm": _(
        "Does an answer do harm: of which kind, and how grave? Twelve categories, each with "
        "severity."
    ),
    "attribute_swap": _(
        "Is somebody answered differently for what they are? Two dialogues that differ in one "
        "attribute of the person."
    ),
    "preference": _("Which of two answers to one input would you rather have been given, and why?"),
    "summary": _("Does a summary keep the points, add nothing, and read well?"),
}
