// SPDX-License-Identifier: Apache-2.0
#include "core/store/dataset_rows.h"

#include "core/store/chain_rows.h"
#include "core/store/content_codec.h"
#include "core/store/paths.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <utility>

namespace veritune::store {

namespace {

using data::DatasetRow;
using data::Problem;
using util::ErrorCode;
using util::fail;
using util::Json;
using util::Result;
using util::Status;

enum Column {
    kExtId,
    kSplit,
    kStatus,
    kVerifier,
    kProfile,
    kLevel,
    kFamily,
    kTopic,
    kLang,
    kTags,
    kLicence,
    kRedistribution,
    kReviews,
    kOpenReviews,
    kPromptSha,
    kPromptBytes,
    kIsChat,
    kHasSolution,
    kSourceLine,
    kCreated,
    kEdited,
    kPrompt,
    kGold,
    kParams,
    kSolution,
    kReview,
};
static_assert(kReview + 1 == kRowColumnCount);

/// " a b ": one LIKE finds a whole word.
std::string spaced(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += ' ' + word;
    return text.empty() ? text : text + ' ';
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0) words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

std::string messages_text(const std::vector<text::Message>& messages) {
    Json list = Json::array();
    for (const text::Message& message : messages) {
        list.push_back({{"role", message.role}, {"content", message.content}});
    }
    return to_text(list);
}

ContentId content(std::int64_t id, std::string_view column) {
    return {.table = "problem", .column = column, .row = id};
}

std::string review_text(const DatasetRow& row) {
    if (row.review.empty()) return {};
    return to_text(data::row_to_json(DatasetRow{.problem = {}, .review = row.review})["review"]);
}

Status decode_into(const ContentCodec& codec,
                   const Statement& row,
                   int column,
                   std::string_view name,
                   std::int64_t id,
                   std::string& out) {
    VT_ASSIGN(out, codec.decode(row.blob(column), content(id, name)));
    return {};
}

Status read_prompt(const ContentCodec& codec, const Statement& row, int first, StoredRow& stored) {
    std::string prompt;
    VT_TRY(decode_into(codec, row, first + kPrompt, "prompt", stored.id, prompt));
    if (row.integer(first + kIsChat) == 0) {
        stored.row.problem.prompt = std::move(prompt);
        return {};
    }
    VT_ASSIGN(const Json messages, from_text(prompt, "messages of a row"));
    VT_ASSIGN(stored.row.problem.messages, data::messages_from_json(messages, "messages"));
    return {};
}

Status read_texts(const ContentCodec& codec, const Statement& row, int first, StoredRow& stored) {
    Problem& problem = stored.row.problem;
    VT_TRY(read_prompt(codec, row, first, stored));
    std::string text;
    VT_TRY(decode_into(codec, row, first + kGold, "gold", stored.id, text));
    if (!text.empty()) {
        VT_ASSIGN(problem.gold, from_text(text, "gold of a row"));
    }
    VT_TRY(decode_into(codec, row, first + kParams, "params", stored.id, text));
    if (!text.empty()) {
        VT_ASSIGN(problem.params, from_text(text, "params of a row"));
    }
    VT_TRY(decode_into(codec, row, first + kSolution, "solution", stored.id, problem.solution));
    VT_TRY(decode_into(codec, row, first + kReview, "review", stored.id, text));
    if (text.empty()) return {};
    VT_ASSIGN(const Json review, from_text(text, "review of a row"));
    // The one reader of review items wants a row around them.
    VT_ASSIGN(
        const DatasetRow around,
        data::row_from_json({{"id", "x"}, {"prompt", "x"}, {"solution", "x"}, {"review", review}}));
    stored.row.review = around.review;
    return {};
}

std::string cut(std::string_view text) {
    if (text.size() <= kSummaryBytes) return std::string(text);
    std::size_t end = kSummaryBytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return std::string(text.substr(0, end));
}

std::string chat_summary(std::string_view stored) {
    const auto messages = from_text(stored, "messages of a row");
    if (!messages || !messages->is_array()) return {};
    for (auto at = messages->rbegin(); at != messages->rend(); ++at) {
        if (at->value("role", std::string()) == "user") {
            return cut(at->value("content", std::string()));
        }
    }
    return {};
}

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

std::string like_word(std::string_view word) {
    std::string pattern = "% ";
    for (const char c : word) {
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c;
    }
    return pattern + " %";
}

}  // namespace

const std::string_view kRowColumns =
    "ext_id, split, status, verifier, profile, level, family, topic, lang, tags, licence,"
    " redistribution, reviews, open_reviews, prompt_sha256, prompt_bytes, is_chat, has_solution,"
    " source_line, created_us, edited_us, prompt, gold, params, solution, review";

const std::string_view kRowSummaryColumns =
    "id, ext_id, verifier, split, status, level, topic, lang, family, tags, has_solution,"
    " open_reviews, prompt_bytes, edited_us, is_chat, prompt, gold";

const std::string_view kDatasetColumns =
    "SELECT id, name, path, sha256, rows, source, created_us, domain, language, licence,"
    " licence_note, redistribution, frozen, stored, parent, edited_us FROM dataset ";

Result<EncodedRow> encode_row(const ContentCodec& codec, std::int64_t id, const DatasetRow& row) {
    const Problem& problem = row.problem;
    EncodedRow out{.id = id};
    out.tags = spaced(row.tags);
    std::vector<std::string> reasons;
    for (const data::ReviewItem& item : row.review) {
        reasons.push_back(item.reason);
        out.open_reviews += item.state == "open" ? 1 : 0;
    }
    out.reviews = spaced(reasons);
    out.prompt_sha256 = data::prompt_hash(problem);
    const bool is_chat = !problem.messages.empty();
    const std::string chat = is_chat ? messages_text(problem.messages) : std::string();
    const std::string_view prompt = is_chat ? chat : problem.prompt;
    out.prompt_bytes = static_cast<std::int64_t>(prompt.size());
    const std::string gold = problem.gold.is_null() ? std::string() : to_text(problem.gold);
    const std::string params = problem.params.empty() ? std::string() : to_text(problem.params);
    VT_ASSIGN(out.prompt, codec.encode(prompt, content(id, "prompt")));
    VT_ASSIGN(out.gold, codec.encode(gold, content(id, "gold")));
    VT_ASSIGN(out.params, codec.encode(params, content(id, "params")));
    VT_ASSIGN(out.solution, codec.encode(problem.solution, content(id, "solution")));
    VT_ASSIGN(out.review, codec.encode(review_text(row), content(id, "review")));
    return out;
}

namespace {

/// The one place that knows the order of kRowColumns: `take` gets texts, numbers and blobs.
template <typename Text, typename Number, typename Blob>
void each_column(const DatasetRow& row,
                 const EncodedRow& encoded,
                 const Text& text,
                 const Number& number,
                 const Blob& blob) {
    const Problem& problem = row.problem;
    text(problem.id);
    text(data::split_name(problem.split));
    text(data::status_name(row.status));
    text(problem.verifier);
    text(problem.profile);
    number(std::int64_t{problem.level});
    for (const std::string* value : {&problem.family, &row.topic, &row.lang}) text(*value);
    text(encoded.tags);
    for (const std::string* value : {&row.licence, &row.redistribution}) text(*value);
    text(encoded.reviews);
    number(encoded.open_reviews);
    text(encoded.prompt_sha256);
    number(encoded.prompt_bytes);
    number(std::int64_t{!problem.messages.empty()});
    number(std::int64_t{!problem.solution.empty()});
    number(row.source_line);
    number(encoded.created_us);
    number(encoded.edited_us);
    for (const std::string* value :
         {&encoded.prompt, &encoded.gold, &encoded.params, &encoded.solution, &encoded.review}) {
        blob(*value);
    }
}

void add_sized(std::string& out, std::string_view bytes) {
    out.append(std::to_string(bytes.size())).append(":").append(bytes);
}

}  // namespace

std::size_t EncodedRow::bytes() const {
    return prompt.size() + gold.size() + params.size() + solution.size() + review.size();
}

void bind_row(Statement& statement, const DatasetRow& row, const EncodedRow& encoded) {
    each_column(
        row,
        encoded,
        [&statement](std::string_view text) { statement.bind_kept(text); },
        [&statement](std::int64_t number) { statement.bind(number); },
        [&statement](std::string_view bytes) { statement.bind_kept_blob(bytes); });
}

void hash_row(util::Sha256& hash, const DatasetRow& row, const EncodedRow& encoded) {
    std::string image;
    int column = 0;
    const auto text = [&](std::string_view bytes) {
        add_sized(image, bytes);
        ++column;
    };
    const auto number = [&](std::int64_t value) {
        // Times are not part of what was changed.
        if (column != kCreated && column != kEdited) add_sized(image, std::to_string(value));
        ++column;
    };
    each_column(row, encoded, text, number, text);
    hash.update(image);
}

Result<StoredRow> read_row(const Statement& row,
                           int first,
                           std::int64_t id,
                           const ContentCodec& codec) {
    StoredRow stored{.id = id};
    Problem& problem = stored.row.problem;
    problem.id = row.text(first + kExtId);
    const auto split = data::split_from_name(row.text(first + kSplit));
    const auto status = data::status_from_name(row.text(first + kStatus));
    if (!split || !status) {
        return fail(ErrorCode::kCorruptData, "a row of a data set has an unknown state");
    }
    problem.split = *split;
    stored.row.status = *status;
    problem.verifier = row.text(first + kVerifier);
    problem.profile = row.text(first + kProfile);
    problem.level = static_cast<int>(row.integer(first + kLevel));
    problem.family = row.text(first + kFamily);
    stored.row.topic = row.text(first + kTopic);
    stored.row.lang = row.text(first + kLang);
    stored.row.tags = words_of(row.text(first + kTags));
    stored.row.licence = row.text(first + kLicence);
    stored.row.redistribution = row.text(first + kRedistribution);
    stored.row.source_line = row.integer(first + kSourceLine);
    stored.created_us = row.integer(first + kCreated);
    stored.edited_us = row.integer(first + kEdited);
    VT_TRY(read_texts(codec, row, first, stored));
    return stored;
}

Result<RowSummary> read_row_summary(const Statement& row, const ContentCodec& codec) {
    RowSummary out{.row = row.integer(0), .id = row.text(1)};
    out.verifier = row.text(2);
    out.split = data::split_from_name(row.text(3)).value_or(data::Split::kTrain);
    out.status = data::status_from_name(row.text(4)).value_or(data::RowStatus::kNew);
    out.level = static_cast<int>(row.integer(5));
    out.topic = row.text(6);
    out.lang = row.text(7);
    out.family = row.text(8);
    out.tags = words_of(row.text(9));
    out.has_solution = row.integer(10) != 0;
    out.open_reviews = row.integer(11);
    out.prompt_bytes = row.integer(12);
    out.edited_us = row.integer(13);
    std::string text;
    VT_TRY(decode_into(codec, row, 15, "prompt", out.row, text));
    out.prompt = row.integer(14) != 0 ? chat_summary(text) : cut(text);
    VT_TRY(decode_into(codec, row, 16, "gold", out.row, text));
    if (text.empty()) return out;
    VT_ASSIGN(const Json gold, from_text(text, "gold of a row"));
    out.gold = gold.is_string() ? cut(gold.get_ref<const std::string&>()) : cut(text);
    return out;
}

void hash_image(util::Sha256& hash, const Statement& row, int first) {
    std::string image;
    for (int column = 0; column < kRowColumnCount; ++column) {
        // Times are not part of what was changed.
        if (column == kCreated || column == kEdited) continue;
        add_sized(image, row.blob(first + column));  // texts and numbers as well
    }
    hash.update(image);
}

void RowQuery::bind(Statement& statement) const {
    for (const std::string& text : texts) statement.bind(text);
}

RowQuery row_query(const data::RowFilter& filter) {
    RowQuery query;
    const auto add = [&query](std::string_view condition, std::string value) {
        query.where.append(" AND ").append(condition);
        query.texts.push_back(std::move(value));
    };
    if (filter.status) add("status=?", std::string(data::status_name(*filter.status)));
    if (filter.split) add("split=?", std::string(data::split_name(*filter.split)));
    if (filter.verifier) add("verifier=?", *filter.verifier);
    if (filter.topic) add("topic=?", *filter.topic);
    if (filter.family) add("family=?", *filter.family);
    if (filter.tag) add("tags LIKE ? ESCAPE '\\'", like_word(*filter.tag));
    if (filter.review && filter.review->empty()) query.where += " AND open_reviews>0";
    if (filter.review && !filter.review->empty()) {
        add("reviews LIKE ? ESCAPE '\\'", like_word(*filter.review));
    }
    if (filter.min_level) query.where += " AND level>=" + std::to_string(*filter.min_level);
    if (filter.max_level) query.where += " AND level<=" + std::to_string(*filter.max_level);
    return query;
}

bool is_dataset_name(std::string_view name) {
    constexpr std::size_t kMaxBytes = 64;
    if (name.empty() || name.size() > kMaxBytes) return false;
    if (name.front() == '.' || name.front() == '-') return false;
    return std::all_of(name.begin(), name.end(), is_name_character);
}

util::Error bad_dataset_name() {
    return fail(ErrorCode::kInvalidArgument,
                "a data set's name has 1 to 64 letters, digits, '.', '_' or '-' and starts with a"
                " letter, a digit or '_'");
}

Result<DatasetInfo> read_dataset(const Statement& row) {
    DatasetInfo info{.id = row.integer(0),
                     .name = row.text(1),
                     .path = row.text(2),
                     .sha256 = row.text(3),
                     .rows = row.integer(4),
                     .source = row.text(5),
                     .created_us = row.integer(6),
                     .domain = row.text(7),
                     .language = row.text(8),
                     .licence = row.text(9),
                     .licence_note = row.text(10),
                     .redistribution = row.text(11),
                     .frozen = row.integer(12) != 0,
                     .stored = row.integer(13) != 0,
                     .parent = row.text(14),
                     .edited_us = row.integer(15)};
    if (info.stored || is_inside(info.path)) return info;
    return fail(ErrorCode::kCorruptData, "a data set's path leaves the project", info.name);
}

Result<DatasetInfo> find_dataset(Database& db, std::string_view name) {
    VT_ASSIGN(Statement rows, db.prepare(std::string(kDatasetColumns) + "WHERE name=?"));
    VT_ASSIGN(const bool found, rows.bind(name).step());
    if (found) return read_dataset(rows);
    VT_ASSIGN(Statement all, db.prepare("SELECT name FROM dataset ORDER BY name"));
    std::string names;
    for (;;) {
        VT_ASSIGN(const bool more, all.step());
        if (!more) break;
        names += (names.empty() ? "" : ", ") + all.text(0);
    }
    return fail(ErrorCode::kNotFound,
                "the project has no data set of this name; it has " +
                    (names.empty() ? std::string("none yet") : names),
                std::string(name));
}

std::string audit_hash(const AuditEntry& entry, std::string_view previous) {
    util::Sha256 hash;
    const std::string time = std::to_string(entry.time_us);
    const std::string_view fields[] = {
        previous, time, entry.user, entry.action, entry.object, entry.before_sha, entry.after_sha};
    for (const std::string_view field : fields) {
        hash.update(std::to_string(field.size()) + ":");
        hash.update(field);
    }
    return hash.hex();
}

Status append_audit(Database& db, std::int64_t time_us, const AuditFields& fields) {
    VT_ASSIGN(
        const std::string previous,
        db.query_text("SELECT coalesce((SELECT hash FROM audit ORDER BY id DESC LIMIT 1),'')"));
    AuditEntry entry{.time_us = time_us,
                     .user = std::string(fields.user),
                     .action = std::string(fields.action),
                     .object = std::string(fields.object),
                     .before_sha = std::string(fields.before_sha),
                     .after_sha = std::string(fields.after_sha)};
    entry.hash = audit_hash(entry, previous);
    VT_ASSIGN(Statement insert,
              db.prepare("INSERT INTO audit(time_us, user, action, object, before_sha, after_sha,"
                         " hash) VALUES(?,?,?,?,?,?,?)"));
    insert.bind(time_us).bind(entry.user).bind(entry.action).bind(entry.object);
    return insert.bind(entry.before_sha).bind(entry.after_sha).bind(entry.hash).run();
}

}  // namespace veritune::store
