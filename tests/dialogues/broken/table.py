"""The faults, each with the dialogues that have to notice it."""

from __future__ import annotations

from broken import hearing, memory, saying, search
from broken.fault import Fault, Witness


def _by(file: str, dialogue: str, expects: str) -> Witness:
    return Witness(f"{file}.yaml", dialogue, expects)


FAULTS = (
    Fault(
        "a hard filter is ignored",
        search.filter_ignored,
        (
            _by("numbers", "kilograms against a catalogue in grams", "items.every"),
            _by("numbers", "a range with its currency", "items.every"),
        ),
    ),
    Fault(
        "limits are not searched for",
        search.limits_ignored,
        (
            _by("numbers", "kilograms against a catalogue in grams", "items.every"),
            _by("numbers", "a range with its currency", "items.every"),
        ),
    ),
    Fault(
        "bans are not searched for",
        search.bans_ignored,
        (
            _by("negation", "brands ruled out", "items.none"),
            _by("critiques", "like that, but waterproof and another colour", "items.none"),
        ),
    ),
    Fault(
        "filtered after the best were cut off",
        search.filtered_after_the_cut,
        (
            _by("numbers", "kilograms against a catalogue in grams", "items.min"),
            _by("meaning", "a present for a gardener", "items.min"),
        ),
    ),
    Fault(
        "what was refused is recommended",
        search.refused_again,
        (_by("clicks", "a dislike taken back lets it return", "items"),),
    ),
    Fault(
        "what was refused in an earlier conversation is recommended",
        search.refused_long_ago_again,
        (
            _by("what_is_known", "the newer verdict holds", "items"),
            _by(
                "beside_others",
                "what was refused long ago is not shown though nothing else fits",
                "items.excludes",
            ),
        ),
    ),
    Fault(
        "what was seen is recommended",
        search.seen_again,
        (
            _by("what_is_known", "what was seen does not come back with another request", "items.excludes"),
            _by("moves", "seen these two, by name", "items.excludes"),
        ),
    ),
    Fault(
        "what was liked just now is recommended",
        search.liked_again,
        (
            _by(
                "what_is_known",
                "what was liked is not recommended again with another request",
                "items.excludes",
            ),
        ),
    ),
    Fault(
        "more shows the same again",
        search.shown_again,
        (_by("moves", "more, and of what", "items.excludes_shown"),),
    ),
    Fault(
        "the dearest is called the cheapest",
        search.ends_exchanged,
        (
            _by("catalogue_questions", "dearest and cheapest", "text.names_extreme"),
            _by("catalogue_questions", "the longest and the oldest film", "text"),
        ),
    ),
    Fault(
        "a count is one too many",
        search.counts_one_more,
        (
            _by("catalogue_questions", "how many there are", "text.counts"),
            _by("catalogue_questions", "how many of a decade", "text.counts"),
        ),
    ),
    Fault(
        "a wish is dropped in silence",
        search.relaxed_in_silence,
        (
            _by("no_match", "more than can be", "action"),
            _by("no_match", "one of several wishes is the one too many", "action"),
        ),
    ),
    Fault(
        "it asks every turn",
        search.asks_every_turn,
        (
            _by("asking", "who does not care is not asked", "asks"),
            _by("asking", "no two questions in a row", "asks"),
        ),
    ),
    Fault(
        "it never asks",
        search.never_asks,
        (
            _by("asking", "a vague start gets something to look at or one question", "asks"),
            _by("asking", "a wish for no more than a film is a start", "asks"),
        ),
    ),
    Fault(
        "it asks what is settled",
        search.asks_what_is_settled,
        (
            _by("asking_again", "what is told is not asked", "asks"),
            _by("asking_again", "what it is about is told, and not asked", "asks"),
        ),
    ),
    Fault(
        "a must is held as a wish",
        memory.hard_held_as_soft,
        (
            _by("asking", "nothing is asked when little is left", "items.every"),
            _by("numbers", "a range with its currency", "items.every"),
        ),
    ),
    Fault(
        "wishes are lost between turns",
        memory.wishes_lost,
        (
            _by("taking_back", "the budget is forgotten and the rest stays", "constraints"),
            _by("references", "it must be is a wish", "items"),
        ),
    ),
    Fault(
        "a new number does not replace the old",
        memory.number_kept_beside_its_successor,
        (_by("taking_back", "a new number replaces the old", "constraints"),),
    ),
    Fault(
        "wishes go along to another shelf",
        memory.old_shelf_kept,
        (_by("long_and_changing", "another shelf", "constraints.inactive"),),
    ),
    Fault(
        "removal removes nothing",
        memory.removal_removes_nothing,
        (_by("taking_back", "the budget is forgotten and the rest stays", "constraints"),),
    ),
    Fault(
        "undo goes nowhere",
        memory.undo_goes_nowhere,
        (_by("taking_back", "undo in other words", "constraints.exactly"),),
    ),
    Fault(
        "undo goes to the start",
        memory.undo_goes_to_the_start,
        (_by("taking_back", "undo in other words", "constraints.exactly"),),
    ),
    Fault(
        "starting over keeps the wishes",
        memory.start_over_keeps_the_wishes,
        (_by("what_is_known", "starting over forgets the talk and keeps the taste", "constraints.exactly"),),
    ),
    Fault(
        "a click does nothing",
        memory.click_does_nothing,
        (_by("clicks", "likes steer, they do not filter", "profile.likes"),),
    ),
    Fault(
        "a like is taken for a dislike",
        memory.like_taken_for_dislike,
        (_by("clicks", "likes steer, they do not filter", "profile.likes"),),
    ),
    Fault(
        "lasting interest is not kept",
        memory.lasting_interest_not_kept,
        (
            _by("people", "what was liked last time is still known", "profile.lasting"),
            _by("people", "one thing of the profile taken back by word", "profile.lasting"),
        ),
    ),
    Fault(
        "everything said lasts",
        memory.everything_said_lasts,
        (
            _by("what_is_known", "the mood of one evening is no lasting taste", "profile.empty"),
            _by("what_is_known", "a colour asked for last week is no lasting taste", "profile.empty"),
        ),
    ),
    Fault(
        "an old taste never fades",
        memory.old_taste_never_fades,
        (
            _by("people", "a taste of years ago has faded", "profile.empty"),
            _by("what_is_known", "a dislike of years ago has faded", "profile"),
        ),
    ),
    Fault(
        "the last conversation's conditions go on",
        memory.last_conversation_goes_on,
        (_by("people", "last week's budget is not this week's", "constraints.exactly"),),
    ),
    Fault(
        "the taste of others is added",
        memory.taste_of_others_added,
        (
            _by(
                "what_is_known",
                "what others like at the same time is not believed of this person",
                "profile.absent",
            ),
            _by("people", "two people at once", "profile.empty"),
        ),
    ),
    Fault(
        "the lasting interest of others is read",
        memory.interests_of_others_read,
        (
            _by(
                "beside_others",
                "what others came to like before is not believed of this person",
                "profile.absent",
            ),
        ),
    ),
    Fault(
        "conversations are mixed",
        memory.conversations_mixed,
        (_by("people", "two people at once", "constraints.exactly"),),
    ),
    Fault(
        "forget me forgets nothing",
        memory.forgets_nothing_of_a_person,
        (
            _by("people", "forget all about me", "profile.empty"),
            _by("what_is_known", "what was forgotten stays forgotten", "profile.empty"),
        ),
    ),
    Fault(
        "of them means everything",
        memory.of_them_means_everything,
        (_by("catalogue_questions", "how many of them", "text.counts"),),
    ),
    Fault(
        "a wish for no questions is not kept",
        memory.no_questions_not_kept,
        (
            _by("asking", "who wants no questions gets none", "asks"),
            _by("asking_again", "no questions, said with the first wish", "asks"),
        ),
    ),
    Fault(
        "a negation is lost",
        hearing.negation_lost,
        (
            _by("negation", "scary but not violent", "items.none"),
            _by("negation", "brands ruled out", "items.none"),
        ),
    ),
    Fault(
        "a limit is turned round",
        hearing.limit_turned_round,
        (
            _by("numbers", "kilograms against a catalogue in grams", "items.every"),
            _by("no_match", "more than can be", "action"),
        ),
    ),
    Fault(
        "cheaper is dearer",
        hearing.critique_turned_round,
        (_by("critiques", "cheaper than the tent that is talked about", "items.every"),),
    ),
    Fault(
        "hedges are not heard",
        hearing.hedges_not_heard,
        (_by("hard_and_soft", "an ideal colour that is not there is no reason to show nothing", "action"),),
    ),
    Fault(
        "units are not converted",
        hearing.units_not_converted,
        (
            _by("numbers", "kilograms against a catalogue in grams", "items"),
            _by("numbers", "hours and minutes in words", "items"),
        ),
        in_the_making=True,
    ),
    Fault(
        "the second one is the first",
        hearing.second_is_first,
        (
            _by("moves", "the second one of two, refused and then asked about", "profile.dislikes"),
            _by("references", "the second one", "text.value_of"),
        ),
    ),
    Fault(
        "the red one is none in sight",
        hearing.look_not_looked_at,
        (_by("references", "the one by its maker", "text.value_of"),),
    ),
    Fault(
        "misspelt words are not read",
        hearing.misspelt_not_read,
        (_by("misspelt", "typing errors in a wish", "items"),),
    ),
    Fault(
        "private things are kept",
        hearing.private_things_kept,
        (
            _by("what_is_known", "a faith, a love and an illness are not kept", "constraints.inactive"),
            _by("what_is_known", "what somebody is is no theme of a film", "constraints.exactly"),
        ),
    ),
    Fault(
        "what is said of one of several things holds for all",
        hearing.said_of_all,
        (
            _by("several_scopes", "each thing with its own limit", "items"),
            _by("several_scopes", "a follow-up names the thing that it is about", "items"),
        ),
    ),
    Fault(
        "of several things only the first is heard",
        hearing.only_the_first_of_several,
        (
            _by("several_things", "a tent and two sleeping bags", "items.any"),
            _by("several_things", "either of two people", "items"),
        ),
    ),
    Fault(
        "a question is taken for a wish",
        hearing.question_taken_for_a_wish,
        (
            _by("about_items", "the price of a named thing", "action"),
            _by("catalogue_questions", "how many there are", "action"),
        ),
    ),
    Fault(
        "a price is invented",
        saying.price_invented,
        (
            _by("about_items", "the price of a named thing", "text.value_of"),
            _by("references", "two named things side by side", "text.value_of"),
        ),
    ),
    Fault(
        "a name is invented",
        saying.name_invented,
        (
            _by("constraints_kept", "everything in one breath", "text.grounded"),
            _by("small_talk", "a greeting", "text.grounded"),
        ),
    ),
    Fault(
        "a figure is invented",
        saying.figure_invented,
        (
            _by("constraints_kept", "everything in one breath", "text.grounded"),
            _by("small_talk", "a greeting", "text.grounded"),
        ),
    ),
    Fault(
        "the chat model is not checked",
        saying.chat_model_not_checked,
        (_by("constraints_kept", "everything in one breath", "text.grounded"),),
    ),
    Fault(
        "a person is quoted with what they never said",
        saying.quotes_nobody,
        (
            _by("reasons", "a reason in the person's own words", "text.contains"),
            _by("people", "why do you think so", "text.contains"),
        ),
    ),
    Fault(
        "an explanation gives no reason",
        saying.no_reasons,
        (
            _by("about_items", "why not a film that was ruled out", "text.contains"),
            _by("reasons", "why not the one that was refused", "text"),
        ),
    ),
    Fault(
        "yes is said for no",
        saying.yes_for_no,
        (
            _by("about_items", "a plain no", "text.value_of"),
            _by("about_items", "a plain yes", "text"),
        ),
    ),
    Fault(
        "another attribute is told than was asked",
        saying.tells_another_attribute,
        (
            _by("about_items", "the price of a named thing", "text.value_of"),
            _by("about_items", "who plays in it, with a comma in the title", "text.contains"),
        ),
    ),
    Fault(
        "only one of two things is compared",
        saying.compares_one_thing,
        (
            _by("about_items", "the difference between two films", "text"),
            _by("references", "two named things side by side", "text"),
        ),
    ),
    Fault(
        "a card shows a false price",
        saying.price_of_a_card_invented,
        (_by("beside_others", "cards and chips say what is so", "text.grounded"),),
    ),
    Fault(
        "a chip quotes what nobody said",
        saying.source_of_a_chip_invented,
        (_by("beside_others", "cards and chips say what is so", "text.grounded"),),
    ),
    Fault(
        "orders in descriptions are passed on",
        saying.orders_in_descriptions_obeyed,
        (
            _by("hostile", "an item's text does not speak through us", "text.lacks"),
            _by("hostile", "an invented discount code is not passed on", "text.lacks"),
        ),
    ),
    Fault(
        "it answers in another language",
        saying.another_language,
        (_by("asking_again", "at most one question, and it can be seen", "text.language"),),
    ),
    Fault(
        "an empty shelf is not told",
        saying.empty_shelf_not_told,
        (
            _by("not_a_wish", "what is sold out is told before it is wanted", "text.contains_any"),
            _by("not_a_wish", "what is sold out says so beside others", "text.contains_any"),
        ),
    ),
    Fault(
        "it says more than anybody reads",
        saying.more_words_than_anybody_reads,
        (_by("small_talk", "a greeting", "text.max_words"),),
    ),
)
