// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/curate/watch.h"
#include "core/data/problem.h"
#include "core/text/answer_extractor.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::curate {

enum class PrivateKind { kName, kBirthDate, kPhone, kMail, kIban, kRecordNumber };
std::string_view private_kind_name(PrivateKind kind);  ///< "name", "birth_date", ...

/// Something in a text that may tell who a person is.
struct PrivateFind {
    PrivateKind kind = PrivateKind::kName;
    text::Span span;   ///< bytes of the text
    std::string text;  ///< what stands there
    bool operator==(const PrivateFind& other) const {
        return kind == other.kind && span.begin == other.span.begin && span.end == other.span.end &&
               text == other.text;
    }
};

/// Finds in one text, from left to right, without overlap:
///   mail           local@domain.tld
///   iban           two letters, two digits, 11 to 30 more, spaces allowed, ISO 13616 checksum
///   right phone          7 to 15 digits with a leading + or 0 and separators, or after a word for
///   it birth_date     a date within 24 characters after a word for birth (born, DOB, geboren,
///   né(e),
///                  nacido, nato, ...)
///   record_number  an entry with a digit after a word for it (Aktenzeichen, Az., Steuernummer,
///                  Kundennummer, file no., MRN, patient ID, ...)
///   name           capitalised words after a title or form of address (Herr, Frau, Dr., Mr., Mrs.,
///                  ...), or a common first name before another capitalised word
/// It finds what it knows the form of: an empty result is no proof that a text is anonymous.
/// pure, any bytes, time linear in the length for texts without pathological runs
std::vector<PrivateFind> find_private(std::string_view text);

/// Where one find stands in a data set.
struct PrivatePlace {
    std::int64_t row = 0;
    std::string field;  ///< "prompt", "messages/1", "solution", "gold"
    PrivateFind find;
};
struct PrivacyReport {
    std::vector<PrivatePlace> places;  ///< by row, field, place
    std::map<std::string, std::int64_t> rows_by_kind;
    std::int64_t rows = 0;  ///< with at least one find
};
/// Prompt, messages, solution and a gold that is text. A name found in full anywhere in the set is
/// also found where only its last word stands, in the same row.
/// errors  kCancelled
util::Result<PrivacyReport> scan_privacy(const std::vector<data::Problem>& problems,
                                         const Watch& watch = {});

/// The same value always gets the same stand-in, in every row and whatever its spelling of spaces
/// and case: "[NAME-1]", "[IBAN-2]". Numbers are by first appearance.
class Pseudonyms {
  public:
    const std::string& stand_in(PrivateKind kind, std::string_view value);
    /// The text with every find replaced. finds  of this text, in order
    std::string replace(std::string_view text, const std::vector<PrivateFind>& finds);
    /// What stood for what, for the person who may know: stand-in -> first spelling.
    const std::map<std::string, std::string>& table() const { return table_; }

  private:
    std::map<std::pair<PrivateKind, std::string>, std::string> known_;
    std::map<PrivateKind, int> counts_;
    std::map<std::string, std::string> table_;
};

/// A row with its stand-ins in place.
struct PseudonymisedRow {
    std::int64_t row = 0;
    data::Problem problem;
};
/// Only rows that change. A gold that is text is replaced with the same stand-ins, so that question
/// and answer still belong together; the caller checks golds again.
std::vector<PseudonymisedRow> pseudonymise(const std::vector<data::Problem>& problems,
                                           const PrivacyReport& report,
                                           Pseudonyms& pseudonyms);

/// ISO 13616: letters and digits, spaces dropped, MOD 97-10 = 1.
bool is_valid_iban(std::string_view text);

}  // namespace veritune::curate
