// SPDX-License-Identifier: Apache-2.0
#include "core/text/tokenizer_json.h"

#include <optional>

namespace veritune::text {
namespace {

using util::Error;
using util::ErrorCode;
using util::Json;

/// Which of the big lists the events belong to.
enum class ListState { kNone, kVocab, kVocabSkipped, kMerges, kMergePair };

/// What is taken out of the document instead of becoming a tree.
enum class Layout { kPlain, kTokenizer, kBareVocab };

class HfJsonReader final : public nlohmann::json_sax<Json> {
  public:
    HfJsonReader(std::string_view what, Layout layout, const TokenizerLimits& limits)
        : what_(what),
          layout_(layout),
          limits_(limits) {}

    bool null() override { return scalar(nullptr); }
    bool boolean(bool value) override { return scalar(value); }
    bool number_integer(number_integer_t value) override { return scalar(value); }
    bool number_float(number_float_t value, const string_t&) override { return scalar(value); }
    bool binary(binary_t&) override { return refuse("holds binary data"); }

    bool number_unsigned(number_unsigned_t value) override {
        if (state_ != ListState::kVocab) return scalar(value);
        if (value >= static_cast<number_unsigned_t>(limits_.max_vocab_size)) {
            return refuse("has a token id of " + std::to_string(value) + "; the limit is " +
                          std::to_string(limits_.max_vocab_size));
        }
        if (lists_.vocab.size() >= static_cast<std::size_t>(limits_.max_vocab_size)) {
            return refuse("has too many tokens");
        }
        lists_.vocab.emplace_back(std::move(pending_token_), static_cast<TokenId>(value));
        return true;
    }

    bool string(string_t& value) override {
        if (state_ == ListState::kMerges) return merge_line(value);
        if (state_ == ListState::kMergePair) return merge_half(value);
        return scalar(std::move(value));
    }

    bool key(string_t& name) override {
        if (state_ == ListState::kVocabSkipped) return true;
        if (state_ == ListState::kVocab) {
            if (name.size() > limits_.max_token_bytes)
                return refuse("has a token that is too long");
            pending_token_ = std::move(name);
            return true;
        }
        if (open_.back()->contains(name)) return refuse("has a key twice in one object");
        key_ = std::move(name);
        return true;
    }

    bool start_object(std::size_t) override {
        if (!enter()) return false;
        if (state_ == ListState::kVocabSkipped) return true;
        if (state_ != ListState::kNone) return refuse("has an object inside a token or merge list");
        if (layout_ == Layout::kBareVocab && depth_ == 1) return begin_list(ListState::kVocab);
        if (at_model_key("vocab")) return begin_list(ListState::kVocab);
        return open(Json::object());
    }

    bool start_array(std::size_t) override {
        if (!enter()) return false;
        if (state_ == ListState::kVocabSkipped) return true;
        if (state_ == ListState::kMerges) {
            state_ = ListState::kMergePair;
            pair_.clear();
            return true;
        }
        if (state_ != ListState::kNone) return refuse("has an array inside a token or merge list");
        if (at_model_key("vocab")) {
            vocab_is_list_ = true;
            return begin_list(ListState::kVocabSkipped);
        }
        if (at_model_key("merges")) return begin_list(ListState::kMerges);
        return open(Json::array());
    }

    bool end_object() override { return leave(); }

    bool end_array() override {
        if (state_ != ListState::kMergePair) return leave();
        --depth_;
        state_ = ListState::kMerges;
        if (pair_.size() != 2) return refuse("has a merge that is not a pair");
        return add_merge(std::move(pair_[0]), std::move(pair_[1]));
    }

    bool parse_error(std::size_t position,
                     const std::string&,
                     const nlohmann::detail::exception&) override {
        // The library's own sentence quotes the input; the place is enough.
        return refuse("is not valid JSON at byte " + std::to_string(position) +
                      " (truncated or damaged?)");
    }

    const std::optional<Error>& error() const { return error_; }
    Json& root() { return root_; }
    BpeLists& lists() { return lists_; }
    bool vocab_is_list() const { return vocab_is_list_; }

  private:
    bool refuse(const std::string& why) {
        error_ =
            util::fail(ErrorCode::kCorruptData, std::string(what_).append(" ").append(why), what_);
        return false;
    }

    bool enter() {
        if (++depth_ > limits_.max_depth) return refuse("is nested too deep");
        return true;
    }

    bool at_model_key(std::string_view name) const {
        return layout_ == Layout::kTokenizer && depth_ == 3 && open_.size() == 2 && key_ == name &&
               open_names_.back() == "model";
    }

    bool begin_list(ListState state) {
        state_ = state;
        list_depth_ = depth_;
        return true;
    }

    bool leave() {
        if (state_ != ListState::kNone) {
            if (depth_ == list_depth_) state_ = ListState::kNone;
        } else {
            open_.pop_back();
            open_names_.pop_back();
        }
        --depth_;
        return true;
    }

    Json* place(Json value) {
        if (++nodes_ > limits_.max_nodes) {
            refuse("has too many values");
            return nullptr;
        }
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        Json& parent = *open_.back();
        if (parent.is_array()) {
            parent.push_back(std::move(value));
            return &parent.back();
        }
        Json& slot = parent[key_];
        slot = std::move(value);
        return &slot;
    }

    bool open(Json container) {
        Json* slot = place(std::move(container));
        if (slot == nullptr) return false;
        open_.push_back(slot);
        open_names_.push_back(key_);
        return true;
    }

    bool scalar(Json value) {
        switch (state_) {
            case ListState::kNone:
                return place(std::move(value)) != nullptr;
            case ListState::kVocabSkipped:
                return true;
            case ListState::kVocab:
                return refuse("has a token whose id is not a whole number >= 0");
            case ListState::kMerges:
            case ListState::kMergePair:
                return refuse("has a merge that is not text");
        }
        return false;
    }

    bool merge_line(const std::string& line) {
        const std::size_t space = line.find(' ');
        if (space == std::string::npos || line.find(' ', space + 1) != std::string::npos) {
            return refuse("has a merge that is not two tokens (merge " +
                          std::to_string(lists_.merges.size() + 1) + ")");
        }
        return add_merge(line.substr(0, space), line.substr(space + 1));
    }

    bool merge_half(std::string& value) {
        if (pair_.size() >= 2) return refuse("has a merge that is not a pair");
        pair_.push_back(std::move(value));
        return true;
    }

    bool add_merge(std::string left, std::string right) {
        if (lists_.merges.size() >= limits_.max_merges) return refuse("has too many merges");
        if (left.size() + right.size() > limits_.max_token_bytes) {
            return refuse("has a merge that is too long");
        }
        lists_.merges.emplace_back(std::move(left), std::move(right));
        return true;
    }

    std::string what_;
    Layout layout_;
    TokenizerLimits limits_;
    Json root_;
    BpeLists lists_;
    bool vocab_is_list_ = false;
    std::vector<Json*> open_;
    std::vector<std::string> open_names_;
    std::string key_;
    std::string pending_token_;
    std::vector<std::string> pair_;
    ListState state_ = ListState::kNone;
    int depth_ = 0;
    int list_depth_ = 0;
    std::size_t nodes_ = 0;
    std::optional<Error> error_;
};

util::Status run_reader(HfJsonReader& reader, std::string_view text, std::string_view what) {
    if (!Json::sax_parse(text.begin(), text.end(), &reader)) {
        if (reader.error()) return *reader.error();
        return util::fail(ErrorCode::kCorruptData, std::string(what) + " is not valid JSON");
    }
    return {};
}

util::Status check_size(std::string_view text, std::string_view what, std::size_t limit) {
    if (text.size() <= limit) return {};
    return util::fail(ErrorCode::kCorruptData,
                      std::string(what) + " has " + std::to_string(text.size()) +
                          " bytes; the limit is " + std::to_string(limit),
                      std::string(what));
}

}  // namespace

util::Result<TokenizerFile> read_tokenizer_json(std::string_view text,
                                                std::string_view what,
                                                const TokenizerLimits& limits) {
    VT_TRY(check_size(text, what, limits.max_tokenizer_bytes));
    HfJsonReader reader(what, Layout::kTokenizer, limits);
    VT_TRY(run_reader(reader, text, what));
    if (!reader.root().is_object()) {
        return util::fail(ErrorCode::kCorruptData, std::string(what) + " is not a JSON object");
    }
    TokenizerFile file;
    file.rest = std::move(reader.root());
    file.lists = std::move(reader.lists());
    file.vocab_is_list = reader.vocab_is_list();
    return file;
}

util::Result<std::vector<std::pair<std::string, TokenId>>> read_vocab_json(
    std::string_view text, std::string_view what, const TokenizerLimits& limits) {
    VT_TRY(check_size(text, what, limits.max_tokenizer_bytes));
    HfJsonReader reader(what, Layout::kBareVocab, limits);
    VT_TRY(run_reader(reader, text, what));
    if (reader.lists().vocab.empty()) {
        return util::fail(ErrorCode::kCorruptData,
                          std::string(what) + " is not an object of tokens and ids");
    }
    return std::move(reader.lists().vocab);
}

util::Result<std::vector<std::pair<std::string, std::string>>> read_merges_text(
    std::string_view text, std::string_view what, const TokenizerLimits& limits) {
    VT_TRY(check_size(text, what, limits.max_tokenizer_bytes));
    std::vector<std::pair<std::string, std::string>> merges;
    std::size_t line_number = 0;
    while (!text.empty()) {
        const std::size_t newline = text.find('\n');
        std::string_view line = text.substr(0, newline);
        text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
        ++line_number;
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        if (line.empty() || (line_number == 1 && line.starts_with("#version"))) continue;
        const std::size_t space = line.find(' ');
        const bool two = space != std::string_view::npos && space > 0 && space + 1 < line.size() &&
                         line.find(' ', space + 1) == std::string_view::npos;
        if (!two || line.size() > limits.max_token_bytes || merges.size() >= limits.max_merges) {
            return util::fail(ErrorCode::kCorruptData,
                              std::string(what) + " line " + std::to_string(line_number) +
                                  " is not a merge of two tokens, or is beyond the limits",
                              std::string(what));
        }
        merges.emplace_back(line.substr(0, space), line.substr(space + 1));
    }
    return merges;
}

util::Result<Json> read_hf_json(std::string_view text,
                                std::string_view what,
                                const TokenizerLimits& limits) {
    VT_TRY(check_size(text, what, limits.max_config_bytes));
    HfJsonReader reader(what, Layout::kPlain, limits);
    VT_TRY(run_reader(reader, text, what));
    if (!reader.root().is_object()) {
        return util::fail(ErrorCode::kCorruptData, std::string(what) + " is not a JSON object");
    }
    return std::move(reader.root());
}

}  // namespace veritune::text
