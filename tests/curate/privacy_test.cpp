// SPDX-License-Identifier: Apache-2.0
#include "core/curate/privacy.h"

#include <gmock/gmock.h>

namespace veritune::curate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// "kind:text" of every find.
std::vector<std::string> found(const std::string& text) {
    std::vector<std::string> list;
    for (const PrivateFind& f : find_private(text)) {
        EXPECT_EQ(text.substr(f.span.begin, f.span.end - f.span.begin), f.text);
        list.push_back(std::string(private_kind_name(f.kind)) + ":" + f.text);
    }
    return list;
}

TEST(Privacy, FindsMail) {
    EXPECT_THAT(found("Write to erika.muster+x@finanz-amt.example.de."),
                ElementsAre("mail:erika.muster+x@finanz-amt.example.de"));
    EXPECT_THAT(found("3 apples @ 2 euro, a@b, @home, x@y.1"), IsEmpty());
}

TEST(Privacy, FindsIbansWithARightChecksumOnly) {
    // Example numbers of the IBAN registry.
    EXPECT_THAT(found("IBAN DE89 3704 0044 0532 0130 00 bitte"),
                ElementsAre("iban:DE89 3704 0044 0532 0130 00"));
    EXPECT_THAT(found("GB29NWBK60161331926819."), ElementsAre("iban:GB29NWBK60161331926819"));
    EXPECT_THAT(found("DE88 3704 0044 0532 0130 00"), IsEmpty());
    EXPECT_TRUE(is_valid_iban("FR14 2004 1010 0505 0001 3M02 606"));
    EXPECT_FALSE(is_valid_iban("FR14 2004 1010 0505 0001 3M02 607"));
    EXPECT_FALSE(is_valid_iban(""));
}

TEST(Privacy, FindsPhoneNumbersAndNotNumbers) {
    EXPECT_THAT(found("Call +49 30 901820 or 030/90 18 20-0 today"),
                ElementsAre("phone:+49 30 901820", "phone:030/90 18 20-0"));
    EXPECT_THAT(found("Telefon: 901820"), ElementsAre("phone:901820"));
    EXPECT_THAT(found("0.00000012 and 01101011 and 1234567 and 0 1 2 3 4 5 6 7 and 01/02/2003"),
                IsEmpty());
    EXPECT_THAT(found("The pool holds 12000000 litres and 5 + 1234567."), IsEmpty());
}

TEST(Privacy, FindsBirthDatesAndNotDates) {
    EXPECT_THAT(found("Sie wurde am 3. April 1980 geboren. Geburtsdatum: 12.05.1961"),
                ElementsAre("birth_date:12.05.1961"));
    EXPECT_THAT(found("DOB 1961-05-12, admitted 2024-01-02"), ElementsAre("birth_date:1961-05-12"));
    EXPECT_THAT(found("born on April 3, 1980 in Rome"), ElementsAre("birth_date:April 3, 1980"));
    EXPECT_THAT(found("geb. 3. April 1980"), ElementsAre("birth_date:3. April 1980"));
    EXPECT_THAT(found("The contract ends on 12.05.2031."), IsEmpty());
}

TEST(Privacy, FindsRecordNumbers) {
    EXPECT_THAT(found("Aktenzeichen: 12 K 345/21, Steuernummer 133/8150/8159"),
                ElementsAre("record_number:12 K 345/21", "record_number:133/8150/8159"));
    EXPECT_THAT(found("patient ID is A-1234 and case no. 77812"),
                ElementsAre("record_number:A-1234", "record_number:77812"));
    EXPECT_THAT(found("The case is old and the file number is unknown."), IsEmpty());
}

TEST(Privacy, FindsNamesAfterTitlesAndFirstNames) {
    EXPECT_THAT(found("Frau Dr. Erika Muster zahlt. Herr Schmidt Rechnungen nicht."),
                ElementsAre("name:Erika Muster", "name:Schmidt"));
    EXPECT_THAT(found("Mr. Brown and Anna Lee-Smith pay"),
                ElementsAre("name:Brown", "name:Anna Lee-Smith"));
    EXPECT_THAT(found("Natalia sold clips to 48 of her friends in April."), IsEmpty());
    EXPECT_THAT(found("Frau und Herr gehen."), IsEmpty());
}

TEST(Privacy, SurvivesAnyBytes) {
    EXPECT_THAT(found(""), IsEmpty());
    EXPECT_THAT(found("@"), IsEmpty());
    EXPECT_THAT(found("\xff\xfe max@web.de \xc3"), ElementsAre("mail:max@web.de"));
    EXPECT_THAT(find_private(std::string(200000, '@')), IsEmpty());
    EXPECT_THAT(found("DE89"), IsEmpty());
}

std::vector<data::Problem> office_rows() {
    return {
        {.id = "1",
         .prompt = "Frau Erika Muster (geboren 01.02.1970) owes 5 euro. What does Muster pay?",
         .gold = "Erika Muster"},
        {.id = "2", .prompt = "How much is 2 + 2?", .gold = 4},
        {.id = "3",
         .messages = {{"user", "Mail erika@muster.example about MUSTER's DE89370400440532013000"}},
         .gold = "x",
         .solution = "Dr. Erika  Muster knows."}};
}

TEST(PrivacyScan, ReadsEveryTextOfARow) {
    const auto report = scan_privacy(office_rows());
    ASSERT_TRUE(report.has_value());
    std::vector<std::string> places;
    for (const PrivatePlace& p : report->places)
        places.push_back(std::to_string(p.row) + " " + p.field + " " + p.find.text);
    EXPECT_THAT(places,
                ElementsAre("0 prompt Erika Muster",
                            "0 prompt 01.02.1970",
                            "0 prompt Muster",
                            "0 gold Erika Muster",
                            "2 messages/0 erika@muster.example",
                            "2 messages/0 DE89370400440532013000",
                            "2 solution Erika"));
    EXPECT_EQ(report->rows, 2);
    EXPECT_EQ(report->rows_by_kind.at("name"), 2);
    EXPECT_EQ(report->rows_by_kind.at("iban"), 1);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(scan_privacy(office_rows(), {.stop = stop.get_token()}).error().code,
              util::ErrorCode::kCancelled);
}

TEST(Pseudonyms, AreTheSameForTheSamePersonEverywhere) {
    const std::vector<data::Problem> rows = office_rows();
    const auto report = scan_privacy(rows);
    Pseudonyms pseudonyms;
    const auto changed = pseudonymise(rows, *report, pseudonyms);
    ASSERT_EQ(changed.size(), 2U);
    EXPECT_EQ(changed[0].row, 0);
    EXPECT_EQ(changed[0].problem.prompt,
              "Frau [NAME-1] (geboren [BIRTH-DATE-1]) owes 5 euro. What does [NAME-1] pay?");
    EXPECT_EQ(changed[0].problem.gold, "[NAME-1]") << "question and answer still belong together";
    EXPECT_THAT(changed[1].problem.messages[0].content, Not(HasSubstr("DE89")));
    EXPECT_EQ(pseudonyms.table().at("[NAME-1]"), "Erika Muster");
    EXPECT_EQ(pseudonyms.stand_in(PrivateKind::kIban, "de89 3704 0044 0532 0130 00"), "[IBAN-1]");
    EXPECT_EQ(pseudonyms.stand_in(PrivateKind::kIban, "GB29NWBK60161331926819"), "[IBAN-2]");
    EXPECT_EQ(pseudonyms.stand_in(PrivateKind::kPhone, "+49 (30) 12345"),
              pseudonyms.stand_in(PrivateKind::kPhone, "+493012345"));
}

}  // namespace
}  // namespace veritune::curate
