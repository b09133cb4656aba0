// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/ChainFilterPopup.h"

#include "app/PlainText.h"
#include "app/Theme.h"
#include "app/models/ChainWords.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSpinBox>

namespace veritune::app {
namespace {

constexpr int kAnyTokens = -1;
constexpr double kAnyReward = -100.0;

QDoubleSpinBox* makeReward(const QString& name, QWidget* parent) {
    auto* spin = new QDoubleSpinBox(parent);
    spin->setObjectName(name);
    spin->setRange(kAnyReward, 100.0);
    spin->setSingleStep(0.1);
    spin->setValue(kAnyReward);
    spin->setKeyboardTracking(false);
    return spin;
}

QSpinBox* makeTokens(const QString& name, QWidget* parent) {
    auto* spin = new QSpinBox(parent);
    spin->setObjectName(name);
    spin->setRange(kAnyTokens, 10'000'000);
    spin->setSingleStep(10);
    spin->setValue(kAnyTokens);
    spin->setKeyboardTracking(false);
    return spin;
}

}  // namespace

ChainFilterPopup::ChainFilterPopup(AppContext& context, QWidget* parent)
    : QFrame(parent, Qt::Popup),
      m_context(context),
      m_updated(new QComboBox(this)),
      m_finish(new QComboBox(this)),
      m_flagged(new QComboBox(this)),
      m_minTokens(makeTokens(QStringLiteral("chains.filter.minTokens"), this)),
      m_maxTokens(makeTokens(QStringLiteral("chains.filter.maxTokens"), this)),
      m_minReward(makeReward(QStringLiteral("chains.filter.minReward"), this)),
      m_maxReward(makeReward(QStringLiteral("chains.filter.maxReward"), this)) {
    setObjectName(QStringLiteral("chains.filter"));
    setFrameShape(QFrame::StyledPanel);
    m_updated->setObjectName(QStringLiteral("chains.filter.updated"));
    m_finish->setObjectName(QStringLiteral("chains.filter.finish"));
    m_flagged->setObjectName(QStringLiteral("chains.filter.flagged"));
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(kGap3, kGap3, kGap3, kGap3);
    grid->setSpacing(kGap2);
    const QList<QList<QWidget*>> rows = {{m_updated},
                                         {m_finish},
                                         {m_flagged},
                                         {m_minTokens, m_maxTokens},
                                         {m_minReward, m_maxReward}};
    for (int row = 0; row < rows.size(); ++row) {
        auto* name = new PlainLabel(this);
        m_names.push_back(name);
        grid->addWidget(name, row, 0);
        const bool wide = rows[row].size() == 1;
        for (int i = 0; i < rows[row].size(); ++i)
            grid->addWidget(rows[row][i], row, i + 1, 1, wide ? 2 : 1);
    }
    for (QComboBox* combo : {m_updated, m_finish, m_flagged}) {
        connect(combo, &QComboBox::activated, this, &ChainFilterPopup::changed);
    }
    for (QSpinBox* spin : {m_minTokens, m_maxTokens}) {
        connect(spin, &QSpinBox::valueChanged, this, &ChainFilterPopup::changed);
    }
    for (QDoubleSpinBox* spin : {m_minReward, m_maxReward}) {
        connect(spin, &QDoubleSpinBox::valueChanged, this, &ChainFilterPopup::changed);
    }
    retranslate();
}

void ChainFilterPopup::retranslate() {
    setAccessibleName(tr("More filters"));
    const QStringList names = {tr("Training"), tr("End"), tr("Mark"), tr("Tokens"), tr("Reward")};
    for (int i = 0; i < m_names.size(); ++i) m_names[i]->setText(names[i]);
    const auto refill = [](QComboBox* combo, const QList<std::pair<QString, QString>>& rows) {
        const int current = std::max(0, combo->currentIndex());
        combo->clear();
        for (const auto& [text, value] : rows) combo->addItem(text, value);
        combo->setCurrentIndex(current);
    };
    refill(m_updated,
           {{tr("All chains"), {}},
            {tr("Updated the weights"), QStringLiteral("yes")},
            {tr("Did not update the weights"), QStringLiteral("no")}});
    refill(m_finish,
           {{tr("Any end"), {}},
            {ChainWords::finish("stop"), QStringLiteral("stop")},
            {ChainWords::finish("length"), QStringLiteral("length")},
            {ChainWords::finish("abort"), QStringLiteral("abort")}});
    refill(m_flagged,
           {{tr("All chains"), {}},
            {tr("Flagged by a person"), QStringLiteral("flagged")},
            {tr("Verdict disputed by a person"), QStringLiteral("disputed")}});
    m_flagged->setAccessibleName(names[2]);
    m_updated->setAccessibleName(names[0]);
    m_finish->setAccessibleName(names[1]);
    m_minTokens->setAccessibleName(tr("Least tokens"));
    m_maxTokens->setAccessibleName(tr("Most tokens"));
    m_minReward->setAccessibleName(tr("Least reward"));
    m_maxReward->setAccessibleName(tr("Most reward"));
    m_minTokens->setSpecialValueText(tr("from any"));
    m_maxTokens->setSpecialValueText(tr("to any"));
    m_minReward->setSpecialValueText(tr("from any"));
    m_maxReward->setSpecialValueText(tr("to any"));
}

void ChainFilterPopup::read(ChainQuery& query) const {
    const QString updated = m_updated->currentData().toString();
    query.filter.updated.reset();
    if (!updated.isEmpty()) query.filter.updated = updated == QStringLiteral("yes");
    const QString finish = m_finish->currentData().toString();
    query.filter.finish_reason.reset();
    if (!finish.isEmpty()) query.filter.finish_reason = finish.toStdString();
    const QString mark = m_flagged->currentData().toString();
    query.filter.flagged.reset();
    query.filter.disputed.reset();
    if (mark == QStringLiteral("flagged")) query.filter.flagged = true;
    if (mark == QStringLiteral("disputed")) query.filter.disputed = true;
    const auto tokens = [](const QSpinBox* spin) -> std::optional<std::int64_t> {
        return spin->value() == kAnyTokens ? std::nullopt
                                           : std::optional<std::int64_t>(spin->value());
    };
    const auto reward = [](const QDoubleSpinBox* spin) -> std::optional<double> {
        return spin->value() <= kAnyReward ? std::nullopt : std::optional(spin->value());
    };
    query.filter.min_tokens = tokens(m_minTokens);
    query.filter.max_tokens = tokens(m_maxTokens);
    query.filter.min_reward = reward(m_minReward);
    query.filter.max_reward = reward(m_maxReward);
}

void ChainFilterPopup::write(const ChainQuery& query) {
    const QSignalBlocker quiet(this);
    const QString updated = !query.filter.updated   ? QString()
                            : *query.filter.updated ? QStringLiteral("yes")
                                                    : QStringLiteral("no");
    m_updated->setCurrentIndex(std::max(0, m_updated->findData(updated)));
    m_finish->setCurrentIndex(std::max(
        0, m_finish->findData(fromUtf8(query.filter.finish_reason.value_or(std::string())))));
    m_flagged->setCurrentIndex(query.filter.disputed.value_or(false)  ? 2
                               : query.filter.flagged.value_or(false) ? 1
                                                                      : 0);
    m_minTokens->setValue(static_cast<int>(query.filter.min_tokens.value_or(kAnyTokens)));
    m_maxTokens->setValue(static_cast<int>(query.filter.max_tokens.value_or(kAnyTokens)));
    m_minReward->setValue(query.filter.min_reward.value_or(kAnyReward));
    m_maxReward->setValue(query.filter.max_reward.value_or(kAnyReward));
}

bool ChainFilterPopup::isActive() const {
    ChainQuery query;
    read(query);
    return !query.isSame({});
}

QString chainQueryToText(const ChainQuery& query) {
    QJsonObject object;
    const auto text = [&object](const QString& key, const std::optional<std::string>& value) {
        if (value && !value->empty()) object.insert(key, fromUtf8(*value));
    };
    text(QStringLiteral("stage"), query.filter.stage);
    text(QStringLiteral("status"), query.filter.status);
    text(QStringLiteral("phase"), query.filter.phase);
    text(QStringLiteral("task"), query.filter.problem_id);
    text(QStringLiteral("finish"), query.filter.finish_reason);
    if (query.filter.flagged) object.insert(QStringLiteral("flagged"), *query.filter.flagged);
    if (query.filter.disputed) object.insert(QStringLiteral("disputed"), *query.filter.disputed);
    if (query.filter.min_step)
        object.insert(QStringLiteral("step"), static_cast<double>(*query.filter.min_step));
    if (!query.text.isEmpty()) object.insert(QStringLiteral("text"), query.text);
    if (query.filter.updated) object.insert(QStringLiteral("updated"), *query.filter.updated);
    if (query.filter.min_tokens)
        object.insert(QStringLiteral("minTokens"), static_cast<double>(*query.filter.min_tokens));
    if (query.filter.max_tokens)
        object.insert(QStringLiteral("maxTokens"), static_cast<double>(*query.filter.max_tokens));
    if (query.filter.min_reward)
        object.insert(QStringLiteral("minReward"), *query.filter.min_reward);
    if (query.filter.max_reward)
        object.insert(QStringLiteral("maxReward"), *query.filter.max_reward);
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

ChainQuery chainQueryFromText(const QString& text) {
    const QJsonObject object = QJsonDocument::fromJson(text.toUtf8()).object();
    ChainQuery query;
    const auto string = [&object](const QString& key) -> std::optional<std::string> {
        const QString value = object.value(key).toString();
        return value.isEmpty() ? std::nullopt : std::optional(value.toStdString());
    };
    const auto number = [&object](const QString& key) -> std::optional<double> {
        const QJsonValue value = object.value(key);
        return value.isDouble() ? std::optional(value.toDouble()) : std::nullopt;
    };
    const auto whole = [&number](const QString& key) -> std::optional<std::int64_t> {
        const std::optional<double> value = number(key);
        return value && *value >= 0 && *value <= 1e7
                   ? std::optional(static_cast<std::int64_t>(*value))
                   : std::nullopt;
    };
    query.filter.stage = string(QStringLiteral("stage"));
    query.filter.status = string(QStringLiteral("status"));
    query.filter.phase = string(QStringLiteral("phase"));
    query.filter.problem_id = string(QStringLiteral("task"));
    query.filter.finish_reason = string(QStringLiteral("finish"));
    query.filter.min_step = query.filter.max_step = whole(QStringLiteral("step"));
    query.text = object.value(QStringLiteral("text")).toString();
    if (object.value(QStringLiteral("updated")).isBool())
        query.filter.updated = object.value(QStringLiteral("updated")).toBool();
    if (object.value(QStringLiteral("flagged")).isBool())
        query.filter.flagged = object.value(QStringLiteral("flagged")).toBool();
    if (object.value(QStringLiteral("disputed")).isBool())
        query.filter.disputed = object.value(QStringLiteral("disputed")).toBool();
    query.filter.min_tokens = whole(QStringLiteral("minTokens"));
    query.filter.max_tokens = whole(QStringLiteral("maxTokens"));
    query.filter.min_reward = number(QStringLiteral("minReward"));
    query.filter.max_reward = number(QStringLiteral("maxReward"));
    return query;
}

}  // namespace veritune::app
