#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes tax_questions.csv: 200 questions of the tax office of Talheim, a town that does not exist.

The rules are invented and stand in each question, so that every answer can be worked out from it. Written as a German
Excel writes CSV: semicolons, UTF-8 with a byte order mark, CRLF. All answers are whole numbers. The same file on every machine:
    python3 resources/office/make_tax_questions.py
"""
import csv
import io
import pathlib
import random


def allowance(r):
    income, free = r.randrange(12000, 60000, 250), r.randrange(8000, 11000, 100)
    return (f"In Talheim bleibt ein Einkommen bis {free} Euro steuerfrei. Frau Beispiel verdient {income} Euro. Wie viele "
            f"Euro muss sie versteuern?", income - free, f"{income} - {free} = {income - free}", 1)


def flat_tax(r):
    base, rate = r.randrange(1000, 40000, 100), r.choice([5, 8, 10, 12, 15, 20, 25])
    tax = base * rate // 100
    return (f"Auf ein zu versteuerndes Einkommen von {base} Euro erhebt Talheim {rate} Prozent Steuer. Wie viele Euro sind "
            f"das?", tax, f"{base} * {rate} / 100 = {tax}", 1)


def two_bands(r):
    limit, low, high = r.choice([10000, 15000, 20000]), r.choice([5, 10]), r.choice([20, 25, 30])
    base = limit + r.randrange(1000, 20000, 500)
    first, second = limit * low // 100, (base - limit) * high // 100
    return (f"Talheim besteuert die ersten {limit} Euro mit {low} Prozent und jeden Euro darüber mit {high} Prozent. Wie "
            f"viele Euro Steuer fallen auf {base} Euro an?", first + second,
            f"{limit} * {low} / 100 = {first}; {base - limit} * {high} / 100 = {second}; {first} + {second} = "
            f"{first + second}", 3)


def late_fee(r):
    tax, months = r.randrange(400, 9000, 100), r.randrange(2, 9)
    fee = tax * months // 100
    return (f"Wer zu spät zahlt, schuldet in Talheim 1 Prozent der Steuer für jeden angefangenen Monat. Eine Steuer von "
            f"{tax} Euro kommt {months} Monate zu spät. Wie hoch ist der Zuschlag in Euro?", fee, f"{tax} * {months} / 100 = {fee}", 2)


def commute(r):
    days, km, cents = r.randrange(140, 240, 20), r.randrange(4, 60), r.choice([25, 30, 35])
    total = days * km * cents // 100
    return (f"Für jeden Arbeitstag und jeden Kilometer einfacher Strecke erkennt Talheim {cents} Cent an. Herr Muster fährt "
            f"an {days} Tagen {km} Kilometer. Wie viele Euro kann er absetzen?", total,
            f"{days} * {km} * {cents} / 100 = {total}", 2)


def vat(r):
    net, rate = r.randrange(20, 2000, 20), r.choice([5, 10, 20])
    gross = net * (100 + rate) // 100
    return (f"Eine Rechnung lautet auf {net} Euro ohne Steuer. Die Umsatzsteuer in Talheim ist {rate} Prozent. Wie viele "
            f"Euro sind zu zahlen?", gross, f"{net} * {100 + rate} / 100 = {gross}", 1)


def children(r):
    income, per_child, count = r.randrange(20000, 50000, 500), r.randrange(1000, 3000, 100), r.randrange(1, 5)
    rest = income - per_child * count
    return (f"Je Kind zieht Talheim {per_child} Euro vom Einkommen ab. Eine Familie mit {count} Kind"
            f"{'ern' if count > 1 else ''} hat {income} Euro Einkommen. Wie viele Euro bleiben zu versteuern?", rest,
            f"{count} * {per_child} = {per_child * count}; {income} - {per_child * count} = {rest}", 2)


def refund(r):
    paid, tax = r.randrange(3000, 9000, 10), r.randrange(1000, 3000, 10)
    monthly = paid // 12 + 1
    return (f"Über das Jahr wurden zwölfmal {monthly} Euro Lohnsteuer einbehalten. Die Jahressteuer beträgt {tax} Euro. Wie "
            f"viele Euro erstattet das Finanzamt Talheim?", 12 * monthly - tax,
            f"12 * {monthly} = {12 * monthly}; {12 * monthly} - {tax} = {12 * monthly - tax}", 2)


TOPICS = {"Freibetrag": allowance, "Steuersatz": flat_tax, "Stufentarif": two_bands, "Zuschlag": late_fee,
          "Fahrtkosten": commute, "Umsatzsteuer": vat, "Kinder": children, "Erstattung": refund}


def rows():
    for topic, make in TOPICS.items():
        seen = set()
        r = random.Random(f"talheim {topic}")
        while len(seen) < 25:
            question, answer, solution, level = make(r)
            if question in seen:
                continue
            seen.add(question)
            yield (f"talheim-{topic.lower()}-{len(seen):02d}", question, answer, f"{solution}\n#### {answer}", topic,
                   level)


def main():
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(["Nr", "Frage", "Antwort", "Lösungsweg", "Thema", "Stufe"])
    writer.writerows(rows())
    target = pathlib.Path(__file__).with_name("tax_questions.csv")
    target.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())


if __name__ == "__main__":
    main()
