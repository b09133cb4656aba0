// SPDX-License-Identifier: Apache-2.0
#include "core/verify/chain_arithmetic_verifier.h"

#include "core/data/chain_family.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace veritune::verify {

namespace {

using data::ChainFamily;
using data::ChainOp;
using data::ChainProgram;
using util::Json;

constexpr std::size_t kMaxSteps = 1024;
/// A step that is no step may be a megabyte long; the inspector needs its beginning.
constexpr std::size_t kMaxShownBytes = 32;

/// What the request asks for, after its gold and prompt have been held against each other.
struct Task {
    const ChainFamily* family = nullptr;
    int gold = 0;
    std::optional<ChainProgram> program;  ///< nullopt: no prompt
    const char* fault = nullptr;          ///< why gold or prompt cannot be used
};

std::optional<int> gold_value(const ChainFamily& family, const Json& gold) {
    const std::string text = gold.is_string() ? gold.get<std::string>() : gold.dump();
    if (text.size() != 1) return std::nullopt;
    return data::chain_value(family, text.front());
}

Task read_task(const VerifyRequest& request) {
    Task task;
    task.family =
        data::find_chain_family(request.params.at("family").get_ref<const std::string&>());
    VT_CHECK(task.family != nullptr);
    const std::optional<int> gold = gold_value(*task.family, request.gold);
    if (!gold) {
        task.fault = "bad_gold";
        return task;
    }
    task.gold = *gold;
    if (request.prompt.empty()) return task;
    task.program = data::parse_chain_prompt(*task.family, request.prompt);
    if (!task.program) {
        task.fault = "bad_prompt";
    } else if (data::chain_result(*task.family, *task.program) != task.gold) {
        task.fault = "gold_contradicts_prompt";
    }
    return task;
}

/// One step as written: "6+4=0", or "x=0" with only `after`.
struct WrittenStep {
    int before = 0;
    ChainOp op;
    int after = 0;
};

std::optional<WrittenStep> read_step(const ChainFamily& family, std::string_view text) {
    WrittenStep step;
    if (family.register_form) {
        if (text.size() != 3 || text[0] != 'x' || text[1] != '=') return std::nullopt;
    } else {
        if (text.size() != 5 || text[3] != '=') return std::nullopt;
        if (family.operators.find(text[1]) == std::string_view::npos) return std::nullopt;
        const std::optional<int> before = data::chain_value(family, text[0]);
        const std::optional<int> operand = data::chain_value(family, text[2]);
        if (!before || !operand) return std::nullopt;
        step.before = *before;
        step.op = {.op = text[1], .operand = *operand};
    }
    const std::optional<int> after = data::chain_value(family, text.back());
    if (!after) return std::nullopt;
    step.after = *after;
    return step;
}

VerdictStatus status_of(std::string_view reason) {
    if (reason == "no_answer" || reason == "no_end" || reason == "cut_off") {
        return VerdictStatus::kNoAnswer;
    }
    if (reason == "too_many_steps") return VerdictStatus::kBudgetExceeded;
    return VerdictStatus::kIncorrect;
}

/// Walks over one completion and fills a verdict.
class ChainJudge {
  public:
    ChainJudge(const Task& task, std::string_view completion)
        : task_(task),
          family_(*task.family),
          text_(completion) {}

    Verdict judge(bool cut_off) {
        verdict_.method = "exact";
        verdict_.rule = "chain";
        verdict_.gold_normal = value_text(task_.gold);
        if (task_.program) value_ = task_.program->start;
        const char* frame = judge_frame(cut_off);
        const std::size_t body_end = std::min(text_.find('#'), text_.size());
        judge_steps(text_.substr(0, body_end));
        verdict_.operations = static_cast<std::int64_t>(verdict_.steps.size());
        const char* reason = frame;
        if (reason == nullptr) reason = step_fault_;
        if (reason == nullptr && steps_read_ < wanted_steps()) reason = "missing_step";
        if (reason == nullptr) reason = judge_value();
        if (reason == nullptr) {
            verdict_.status = VerdictStatus::kCorrect;
            verdict_.score = 1.0;
        } else {
            verdict_.reason = reason;
            verdict_.status = status_of(reason);
        }
        return std::move(verdict_);
    }

  private:
    std::string value_text(int value) const {
        return {family_.values[static_cast<std::size_t>(value)]};
    }
    std::size_t wanted_steps() const { return task_.program ? task_.program->ops.size() : 1; }

    /// '#', '$' and what stands between them; nullptr when the frame is right.
    const char* judge_frame(bool cut_off) {
        const std::size_t hash = text_.find('#');
        if (hash != std::string_view::npos) {
            const std::size_t end = std::min(text_.find_first_of("$#", hash + 1), text_.size());
            verdict_.span = {.begin = hash + 1, .end = end};
            verdict_.extracted = text_.substr(hash + 1, std::min(end - hash - 1, kMaxShownBytes));
        }
        if (cut_off) return "cut_off";
        if (hash == std::string_view::npos) return "no_answer";
        if (text_.find('#', hash + 1) != std::string_view::npos) return "many_answers";
        if (text_.back() != '$') return "no_end";
        const bool canonical = text_.find('$') == text_.size() - 1 && text_.size() == hash + 3 &&
                               data::chain_value(family_, text_[hash + 1]).has_value();
        return canonical ? nullptr : "not_canonical";
    }

    void judge_steps(std::string_view body) {
        std::size_t begin = 0;
        while (begin < body.size() && !stopped_) {
            const std::size_t stop = body.find(';', begin);
            const std::size_t end = std::min(stop, body.size());
            judge_step(body.substr(begin, end - begin), begin, stop != std::string_view::npos);
            begin = end + 1;
        }
    }

    void judge_step(std::string_view text, std::size_t begin, bool closed) {
        VerdictStep shown{.what = std::string(text.substr(0, kMaxShownBytes)),
                          .ok = true,
                          .detail = {},
                          .span = {.begin = begin, .end = begin + text.size()}};
        const std::size_t limit = task_.program ? wanted_steps() : kMaxSteps;
        const std::optional<WrittenStep> step = closed ? read_step(family_, text) : std::nullopt;
        if (steps_read_ >= limit) {
            fault(shown, task_.program ? "extra_step" : "too_many_steps", "no further step");
            stopped_ = true;
        } else if (!step) {
            fault(shown, "not_canonical", closed ? "not a step" : "no ';' at its end");
            stopped_ = true;
        } else {
            judge_written(*step, shown);
            ++steps_read_;
            value_ = step->after;
        }
        verdict_.steps.push_back(std::move(shown));
    }

    /// A well-formed step against the value before it and the prompt's operation.
    void judge_written(const WrittenStep& step, VerdictStep& shown) {
        const ChainOp* asked = task_.program ? &task_.program->ops[steps_read_] : nullptr;
        if (!family_.register_form) {
            if (value_ && step.before != *value_) {
                return fault(shown, "wrong_operand", "expected " + value_text(*value_) + " first");
            }
            if (asked != nullptr && step.op.op != asked->op) {
                return fault(shown, "wrong_operator", std::string("expected ") + asked->op);
            }
            if (asked != nullptr && step.op.operand != asked->operand) {
                return fault(shown, "wrong_operand", "expected " + value_text(asked->operand));
            }
        } else if (asked == nullptr) {
            return;
        }
        const int before = family_.register_form ? *value_ : step.before;
        const ChainOp op = asked != nullptr ? *asked : step.op;
        const int right = data::apply_chain_op(family_, before, op);
        if (step.after != right) fault(shown, "wrong_step", "expected " + value_text(right));
    }

    void fault(VerdictStep& shown, const char* reason, std::string detail) {
        shown.ok = false;
        shown.detail = std::move(detail);
        if (step_fault_ == nullptr) step_fault_ = reason;
    }

    /// The value after '#' against the last step and the gold; called only when all steps are
    /// right.
    const char* judge_value() {
        const std::optional<int> answer = data::chain_value(family_, verdict_.extracted.front());
        verdict_.answer_normal = verdict_.extracted;
        const bool right = answer == value_ && *answer == task_.gold;
        return right ? nullptr : "wrong_value";
    }

    const Task& task_;
    const ChainFamily& family_;
    std::string_view text_;
    Verdict verdict_;
    const char* step_fault_ = nullptr;  ///< reason of the first faulty step
    std::optional<int> value_;          ///< after the last step read
    std::size_t steps_read_ = 0;
    bool stopped_ = false;
};

}  // namespace

Json ChainArithmeticVerifier::params_schema() const {
    Json names = Json::array();
    for (const ChainFamily& family : data::chain_families()) names.push_back(family.name);
    return {{"type", "object"},
            {"required", {"family"}},
            {"properties", {{"family", {{"enum", names}}}}},
            {"additionalProperties", false}};
}

Json ChainArithmeticVerifier::gold_schema() const { return {{"type", {"integer", "string"}}}; }

Verdict ChainArithmeticVerifier::verify(const VerifyRequest& request) const {
    const Task task = read_task(request);
    if (task.fault != nullptr) {
        Verdict verdict;
        verdict.status = VerdictStatus::kInvalidGold;
        verdict.reason = task.fault;
        return verdict;
    }
    return ChainJudge(task, request.completion)
        .judge(request.finish_reason == FinishReason::kLength);
}

util::Result<std::string> ChainArithmeticVerifier::gold_completion(
    const VerifyRequest& request) const {
    const Task task = read_task(request);
    if (task.fault != nullptr) return util::fail(util::ErrorCode::kInvalidArgument, task.fault);
    if (task.program) return data::render_chain(*task.family, *task.program);
    // Without the prompt nobody knows the steps: any chain of one step that ends in the gold shows
    // that the gold is one.
    const char op = task.family->name == "bool" ? '|' : '+';
    const ChainProgram program{.start = task.gold, .ops = {{.op = op, .operand = 0}}};
    return data::render_chain(*task.family, program);
}

}  // namespace veritune::verify
