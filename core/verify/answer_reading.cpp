// SPDX-License-Identifier: Apache-2.0
#include "core/verify/answer_reading.h"

#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <utility>

namespace veritune::verify {

Verdict refuse(Verdict verdict, VerdictStatus status, std::string reason) {
    verdict.status = status;
    verdict.reason = std::move(reason);
    return verdict;
}

Verdict accept(Verdict verdict) {
    verdict.status = VerdictStatus::kCorrect;
    verdict.score = 1.0;
    return verdict;
}

Verdict bad_gold(Verdict verdict) {
    return refuse(std::move(verdict), VerdictStatus::kInvalidGold, "bad_gold");
}

Verdict bad_params(Verdict verdict, const std::string& why) {
    return refuse(std::move(verdict), VerdictStatus::kInvalidGold, "bad_params: " + why);
}

AnswerReading read_answer(const VerifyRequest& request, Verdict verdict, std::size_t gold_bytes) {
    using enum VerdictStatus;
    const auto decide = [&verdict](VerdictStatus status, std::string reason) {
        return AnswerReading{.verdict = refuse(std::move(verdict), status, std::move(reason)),
                             .decided = true,
                             .hedged = false};
    };
    const util::Result<text::Extraction> found =
        text::extract_answer(request.completion,
                             request.profile,
                             {.think_tags = request.think_tags,
                              .cut_off = request.finish_reason == FinishReason::kLength});
    if (!found) return decide(kInvalidGold, "unknown_profile");
    verdict.rule = found->rule;
    verdict.span = found->span;
    if (!found->found) {
        return decide(kNoAnswer, found->reason.empty() ? "no_answer" : found->reason);
    }
    verdict.extracted = found->text;
    const std::size_t size = found->text.size();
    if (size > kMaxAnswerBytes) return decide(kBudgetExceeded, "answer_too_long");
    if (size > std::max<std::size_t>(256, 8 * gold_bytes)) {
        return decide(kIncorrect, "answer_too_long");
    }
    return {.verdict = std::move(verdict), .decided = false, .hedged = found->hedged};
}

std::string unstripped_answer(const VerifyRequest& request, const Verdict& verdict) {
    struct Marks {
        std::string_view open;
        std::string_view close;
    };
    static constexpr std::array<Marks, 9> kMarks = {{{"$$", "$$"},
                                                     {"$", "$"},
                                                     {"\\(", "\\)"},
                                                     {"\\[", "\\]"},
                                                     {"**", "**"},
                                                     {"`", "`"},
                                                     {"\\text{", "}"},
                                                     {"\\mathrm{", "}"},
                                                     {"\\textbf{", "}"}}};
    const std::size_t begin = std::min(verdict.span.begin, request.completion.size());
    const std::size_t end = std::clamp(verdict.span.end, begin, request.completion.size());
    const std::string whole = text::sanitize_utf8(request.completion.substr(begin, end - begin));
    std::string_view answer = text::trim(whole);
    for (bool again = true; again;) {
        again = false;
        while (!answer.empty() && (answer.back() == '.' || answer.back() == ';')) {
            answer = text::trim(answer.substr(0, answer.size() - 1));
        }
        for (const Marks& marks : kMarks) {
            if (answer.size() < marks.open.size() + marks.close.size()) continue;
            if (!answer.starts_with(marks.open) || !answer.ends_with(marks.close)) continue;
            answer.remove_prefix(marks.open.size());
            answer = text::trim(answer.substr(0, answer.size() - marks.close.size()));
            again = true;
        }
    }
    return std::string(answer);
}

}  // namespace veritune::verify
