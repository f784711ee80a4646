"""What presses a colleague is found in five languages; what only speaks about it is not."""

import pytest

from crossbank.training import pressing

pytestmark = pytest.mark.django_db

PRESSES = (
    "You must sell this with every account.",
    "You really have to close more of them.",
    "Please sell at least 3 of these.",
    "I want 2 cards a day from you.",
    "Think of your targets this month.",
    "You are the weakest in the branch.",
    "Your colleagues sell more than you do.",
    "Don't take no for an answer.",
    "Offer it even if the customer doesn't want it.",
    "Sell harder, or else.",
    "Tell them it is their last chance.",
    "Ты должна больше продавать.",
    "Продай не меньше 5 карт.",
    "У тебя 3 карты в день, это план продаж.",
    "Ты хуже всех.",
    "Πρέπει να πουλήσεις περισσότερες κάρτες.",
    "Τουλάχιστον 3 κάρτες την ημέρα.",
    "คุณต้องขายให้ได้",
    "อย่างน้อย 3 ใบต่อวัน",
    "โควตาเดือนนี้",
    "你必须卖出更多。",
    "每天卖 3 张卡。",
    "你的业绩垫底了。",
)
HELPS = (
    "With the family you asked first. Try it with the next student, too.",
    "There is no quota and no target here.",
    "You need not sell anything: ask what it is for.",
    "Do not say “you must sell” or “last chance”, even to yourself.",
    "A no is fine. What would you say differently next time?",
    "Watch how Anna asks; shall we sit together on Tuesday?",
    "The seller before you had the same question.",
    "Three customers today asked about cards.",
    "Сначала спросите, для чего счёт. Посмотрим вместе во вторник.",
    "Никакого плана продаж нет, продавать не нужно.",
    "Ρώτα πρώτα γιατί θέλει τον λογαριασμό.",
    "Δεν πρέπει να πουλήσεις τίποτα.",
    "ลองถามก่อนว่าลูกค้าใช้บัญชีทำอะไร",
    "先问客户开户做什么。没有指标。",
)


@pytest.mark.parametrize("text", PRESSES)
def test_words_that_press_are_found_with_a_better_line(text):
    found = pressing.first_finding(text)

    assert found is not None
    assert (found.quote in text, found.rule.better != "") == (True, True)


@pytest.mark.parametrize("text", HELPS)
def test_words_that_help_are_not(text):
    assert pressing.first_finding(text) is None


def test_every_language_has_its_rules_and_its_better_lines():
    rules = pressing.rules()

    assert {rule.language for rule in rules} == {"en", "ru", "el", "th", "zh-hans"}
    assert len({rule.code for rule in rules}) == len(rules)
    assert [rule.code for rule in rules if pressing.first_finding(rule.better)] == []
