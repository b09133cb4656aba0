// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/ChainReference.h"

#include "app/PlainText.h"

#include <QStringList>
#include <QUrl>

namespace veritune::app {
namespace {

const QString kBegin = QStringLiteral("veritune:chain/");
constexpr int kParts = 6;
/// What a page's step box can hold.
constexpr std::int64_t kLargestStep = 100'000'000;

QString encoded(const std::string& text) {
    return QString::fromLatin1(QUrl::toPercentEncoding(fromUtf8(text)));
}

std::string decoded(const QString& text) {
    return QUrl::fromPercentEncoding(text.toLatin1()).toStdString();
}

/// nullopt when it is no number from `least` on.
std::optional<std::int64_t> number(const QString& text, std::int64_t least) {
    bool isNumber = false;
    const qlonglong value = text.toLongLong(&isNumber);
    return isNumber && value >= least && value <= kLargestStep ? std::optional<std::int64_t>(value)
                                                               : std::nullopt;
}

}  // namespace

QString chainReferenceText(const ChainReference& reference) {
    const store::ChainKey& key = reference.key;
    return kBegin + QStringList{QString::number(reference.run),
                                encoded(key.stage),
                                QString::number(key.step),
                                encoded(key.phase),
                                encoded(key.problem_id),
                                QString::number(key.sample)}
                        .join(u'/');
}

std::optional<ChainReference> chainReferenceOf(const QString& text) {
    const QString trimmed = text.trimmed();
    if (!trimmed.startsWith(kBegin)) return std::nullopt;
    const QStringList parts = trimmed.mid(kBegin.size()).split(u'/');
    if (parts.size() != kParts) return std::nullopt;
    const auto run = number(parts[0], 1);
    const auto step = number(parts[2], 0);
    const auto sample = number(parts[5], 0);
    if (!run || !step || !sample) return std::nullopt;
    ChainReference reference{.run = *run,
                             .key = {.stage = decoded(parts[1]),
                                     .step = *step,
                                     .phase = decoded(parts[3]),
                                     .problem_id = decoded(parts[4]),
                                     .sample = *sample}};
    const bool isWhole = !reference.key.stage.empty() && !reference.key.phase.empty() &&
                         !reference.key.problem_id.empty();
    return isWhole ? std::optional(reference) : std::nullopt;
}

Route routeTo(const ChainReference& reference) {
    return {.page = PageId::kChains,
            .run = reference.run,
            .stage = fromUtf8(reference.key.stage),
            .step = reference.key.step,
            .problem = fromUtf8(reference.key.problem_id),
            .phase = fromUtf8(reference.key.phase),
            .sample = static_cast<int>(reference.key.sample)};
}

}  // namespace veritune::app
