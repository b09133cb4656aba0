// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/PlainText.h"
#include "app/Theme.h"
#include "app/models/MetricWords.h"
#include "app/views/LivePage.h"
#include "app/widgets/PhaseBar.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLineEdit>
#include <QLocale>
#include <QRegularExpression>
#include <QTimer>

#include <algorithm>
#include <cmath>

/// Which charts the page has and what they hold.
namespace veritune::app {

namespace {

constexpr int kColumns = 2;
constexpr int kOneColumnFrom = 150;  // percent of text size
constexpr int kNewChartsAtOnce = 6;
const QString kHeldout = QStringLiteral("heldout/pass@1");
const QString kReward = QStringLiteral("reward");

QString groupOf(const QString& metric) {
    const qsizetype slash = metric.indexOf(u'/');
    return slash < 0 ? QString() : metric.left(slash);
}

}  // namespace

QList<LivePage::Chart> LivePage::simpleCharts() const {
    QList<Chart> charts{{.name = kHeldout,
                         .metrics = {kHeldout},
                         .isShare = true,
                         .low = kHeldout + QStringLiteral("_low"),
                         .high = kHeldout + QStringLiteral("_high")}};
    if (m_model.points(kReward, shownStage()).size() < 1) {
        // Supervised: there is no reward, the loss tells how it goes.
        for (const QString& name :
             {QStringLiteral("loss"), QStringLiteral("mean_token_probability")})
            charts.append({.name = name, .metrics = {name}});
        return charts;
    }
    charts.append({.name = kReward, .metrics = {kReward}, .isShare = true});
    charts.append({.name = QStringLiteral("groups"),
                   .metrics = {QStringLiteral("frac_reward_all_right"),
                               QStringLiteral("frac_reward_all_wrong")},
                   .isShare = true});
    charts.append({.name = QStringLiteral("lengths"),
                   .metrics = {QStringLiteral("completions/mean_length_correct"),
                               QStringLiteral("completions/mean_length_wrong")}});
    return charts;
}

QList<LivePage::Chart> LivePage::wantedCharts() const {
    if (!m_expert->isChecked()) return simpleCharts();
    const QRegularExpression filter(m_filter->text(), QRegularExpression::CaseInsensitiveOption);
    const QStringList names = m_model.metricNames();
    QList<Chart> charts;
    for (const QString& name : names) {
        // The bounds of an interval are drawn around the curve that they belong to.
        const bool isBound =
            name.endsWith(QStringLiteral("_low")) || name.endsWith(QStringLiteral("_high"));
        if (isBound && names.contains(name.left(name.lastIndexOf(u'_')))) continue;
        if (!m_filter->text().isEmpty() && filter.isValid() && !filter.match(name).hasMatch())
            continue;
        const bool hasBounds = names.contains(name + QStringLiteral("_low")) &&
                               names.contains(name + QStringLiteral("_high"));
        charts.append({.name = name,
                       .metrics = {name},
                       .isShare = name == kHeldout || name == kReward,
                       .low = hasBounds ? name + QStringLiteral("_low") : QString(),
                       .high = hasBounds ? name + QStringLiteral("_high") : QString(),
                       .group = groupOf(name)});
    }
    // Names without a prefix first; the others stay together by their prefix.
    std::stable_sort(charts.begin(), charts.end(), [](const Chart& a, const Chart& b) {
        return a.group < b.group;
    });
    return charts;
}

void LivePage::placeChart(const Chart& chart, CurveView* view, int& row, int& column) {
    const bool isNewGroup =
        !m_expert->isChecked()
            ? m_views.isEmpty()
            : m_views.isEmpty() || m_views.last()->property("group").toString() != chart.group;
    if (isNewGroup) {
        if (column > 0) ++row;
        column = 0;
        if (m_expert->isChecked()) {
            auto* heading = new PlainLabel(
                chart.group.isEmpty() ? tr("General") : metricGroupWord(chart.group), this);
            heading->setFont(context().theme.heading());
            m_grid->addWidget(heading, row++, 0, 1, kColumns);
            heading->show();
            m_groups.append(heading);
        }
    }
    view->setProperty("group", chart.group);
    // Large words leave no room for a curve in half a page.
    const int columns = m_isOneColumn ? 1 : kColumns;
    m_grid->addWidget(view, row, column, 1, kColumns / columns);
    column = (column + 1) % columns;
    if (column == 0) ++row;
    view->show();
    m_views.append(view);
}

void LivePage::layOutCharts() {
    const QList<Chart> wanted = wantedCharts();
    const bool wasOneColumn =
        std::exchange(m_isOneColumn, context().theme.textScale() >= kOneColumnFrom);
    bool same = wanted.size() == m_views.size() && m_groups.isEmpty() != m_expert->isChecked() &&
                wasOneColumn == m_isOneColumn;
    for (int i = 0; same && i < wanted.size(); ++i)
        same = m_views[i]->property("metric").toString() == wanted[i].name;
    if (same) return;
    QHash<QString, CurveView*> kept;
    for (CurveView* view : std::as_const(m_views)) {
        kept.insert(view->property("metric").toString(), view);
        m_grid->removeWidget(view);
    }
    m_views.clear();
    qDeleteAll(m_groups);
    m_groups.clear();
    int row = 0;
    int column = 0;
    int made = 0;
    bool isWhole = true;
    for (const Chart& chart : wanted) {
        CurveView* view = kept.take(chart.name);
        if (!view && made == kNewChartsAtOnce) {
            isWhole = false;
            continue;
        }
        if (!view) {
            view = new CurveView(context(), chart.name, &m_link, this);
            ++made;
        }
        view->setProperty("metric", chart.name);
        view->setTitle(chartTitle(chart.name), metricExplanation(chart.metrics.first()));
        if (chart.isShare) view->setYRange(-0.02, 1.02);
        placeChart(chart, view, row, column);
    }
    qDeleteAll(kept);
    // Fifty charts in one go would hold the window for a third of a second.
    if (!isWhole) QTimer::singleShot(0, this, &LivePage::showCharts);
}

void LivePage::showCharts() {
    if (!m_open || m_model.run() == 0) return;
    m_filter->setVisible(m_expert->isChecked());
    layOutCharts();
    const QList<Chart> wanted = wantedCharts();
    for (const Chart& chart : wanted) fillChart(chart);
    const QString stage = shownStage();
    m_phase->setTimes(m_model.last(QStringLiteral("time/generate"), stage),
                      m_model.last(QStringLiteral("time/verify"), stage),
                      m_model.last(QStringLiteral("time/update"), stage));
    m_phase->setVisible(m_model.points(QStringLiteral("time/generate"), stage).size() > 0);
    showState();
    showTour();
}

QList<Curve> LivePage::curvesOf(const Chart& chart,
                                const LiveRunModel& model,
                                const QString& run) const {
    const QString stage = shownStage();
    QList<Curve> curves;
    for (int i = 0; i < chart.metrics.size(); ++i) {
        const QString title = metricTitle(chart.metrics[i]);
        Curve curve{.name = run.isEmpty() ? title : run + QStringLiteral(" · ") + title,
                    .points = model.points(chart.metrics[i], stage, axis()),
                    .low = {},
                    .high = {},
                    .color = i};
        if (i == 0 && !chart.low.isEmpty() && run.isEmpty()) {
            curve.low = model.points(chart.low, stage, axis()).y;
            curve.high = model.points(chart.high, stage, axis()).y;
        }
        curves.append(curve);
    }
    return curves;
}

CurveAxis LivePage::axis() const { return static_cast<CurveAxis>(m_axis->currentData().toInt()); }

/// What stands under a curve.
QString LivePage::axisWord() const {
    switch (axis()) {
        case CurveAxis::kSteps:
            return tr("step");
        case CurveAxis::kSeconds:
            return tr("second");
        case CurveAxis::kTokens:
            return tr("token");
    }
    return {};
}

void LivePage::fillChart(const Chart& chart) {
    const auto found = std::find_if(m_views.begin(), m_views.end(), [&chart](CurveView* view) {
        return view->property("metric").toString() == chart.name;
    });
    if (found == m_views.end()) return;
    const QString stage = shownStage();
    (*found)->setXLabel(axisWord());
    (*found)->setCurves(curvesOf(chart, m_model, {}));
    (*found)->setMarks(marks(stage));
    QList<Curve> baseline;
    if (m_baseline.run() != 0 && m_baseline.run() != m_model.run())
        baseline = curvesOf(
            chart,
            m_baseline,
            tr("Run %1").arg(QLocale().toString(static_cast<qlonglong>(m_baseline.run()))));
    (*found)->setBaseline(baseline);
}

QList<CurveMark> LivePage::marks(const QString& stage) const {
    QList<CurveMark> marks;
    const auto at = [this, &stage](const std::string& where, std::int64_t step, double& x) {
        const QString name = fromUtf8(where);
        if (!stage.isEmpty() && name != stage) return false;
        x = m_model.placeOf(name, static_cast<double>(step), axis(), stage.isEmpty());
        return std::isfinite(x);
    };
    double x = 0;
    for (const store::CheckpointInfo& point : m_model.facts().checkpoints) {
        if (!at(point.record.stage, point.record.step, x)) continue;
        marks.append({.x = x,
                      .text = point.record.best ? tr("Best checkpoint by held-out pass rate")
                                                : tr("Checkpoint"),
                      .isBest = point.record.best});
    }
    for (const store::EventInfo& event : m_model.events()) {
        if (!at(event.record.stage, event.record.step, x)) continue;
        marks.append({.x = x,
                      .text = oneLine(event.record.message, 90),
                      .severity = event.record.severity == "bad"     ? Severity::kBad
                                  : event.record.severity == "watch" ? Severity::kWarn
                                                                     : Severity::kInfo});
    }
    if (!stage.isEmpty()) return marks;
    for (const QString& name : m_model.stageNames()) {
        const double begin = m_model.placeOf(name, 0, axis(), true);
        //: %1 is a stage
        if (std::isfinite(begin))
            marks.append(
                {.x = begin, .text = tr("%1 begins").arg(stageWord(name)), .isBorder = true});
    }
    return marks;
}

}  // namespace veritune::app
