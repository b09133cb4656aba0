// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/views/ComparePage.h"

#include "app/Icons.h"
#include "app/ProjectSession.h"
#include "app/Theme.h"
#include "app/Verdicts.h"
#include "app/forms/FieldText.h"
#include "app/forms/NoteLine.h"
#include "app/models/CompareModel.h"
#include "app/models/MetricWords.h"
#include "app/models/RunsModel.h"
#include "app/widgets/Cards.h"
#include "app/widgets/CurveView.h"
#include "app/widgets/FlowLayout.h"

#include <QApplication>
#include <QBoxLayout>
#include <QClipboard>
#include <QComboBox>
#include <QCoreApplication>
#include <QGridLayout>
#include <QHeaderView>
#include <QMenu>
#include <QPainter>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QToolButton>

namespace veritune::app {
namespace {

constexpr int kChartHeight = 280;

/// Texts begin where the header's texts do.
class CellDelegate final : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter,
               const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        QStyleOptionViewItem cell(option);
        cell.rect.adjust(kGap1, 0, -kGap1, 0);
        QStyledItemDelegate::paint(painter, cell, index);
    }
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        QStyleOptionViewItem cell(option);
        cell.rect.adjust(kGap1, 0, -kGap1, 0);
        return QStyledItemDelegate::sizeHint(cell, index) + QSize(2 * kGap1, 0);
    }
};

/// A table that is as tall as its rows, so that the page scrolls and not a box inside it.
class WholeTable final : public QTableView {
  public:
    WholeTable(TextTable& model, const QString& objectName, QWidget* parent)
        : QTableView(parent) {
        setObjectName(objectName);
        setModel(&model);
        setFrameShape(QFrame::NoFrame);
        setShowGrid(false);
        setWordWrap(true);
        setTabKeyNavigation(false);
        setEditTriggers(QAbstractItemView::NoEditTriggers);
        setSelectionBehavior(QAbstractItemView::SelectRows);
        setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        verticalHeader()->hide();
        verticalHeader()->setDefaultSectionSize(36);
        horizontalHeader()->setHighlightSections(false);
        setItemDelegate(new CellDelegate(this));
        horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
        connect(&model, &QAbstractItemModel::modelReset, this, [this] { fit(); });
        connect(selectionModel(),
                &QItemSelectionModel::currentChanged,
                this,
                [this](const QModelIndex& now) { showInPage(now); });
        fit();
    }

  protected:
    void changeEvent(QEvent* event) override {
        QTableView::changeEvent(event);
        if (event->type() == QEvent::FontChange) fit();
    }
    void wheelEvent(QWheelEvent* event) override { event->ignore(); }
    void resizeEvent(QResizeEvent* event) override {
        QTableView::resizeEvent(event);
        // Rows grow when a narrow column wraps its text.
        if (event->oldSize().width() != event->size().width()) fit();
    }

  private:
    /// The page scrolls, not the table: it follows the arrow keys.
    void showInPage(const QModelIndex& index) {
        QWidget* up = parentWidget();
        while (up && !qobject_cast<QScrollArea*>(up)) up = up->parentWidget();
        auto* page = qobject_cast<QScrollArea*>(up);
        if (!page || !index.isValid()) return;
        const QRect row = visualRect(index);
        const QPoint at = viewport()->mapTo(page->widget(), row.center());
        page->ensureVisible(page->widget()->width() / 2, at.y(), 0, row.height());
    }
    void fit() {
        const int row = qMax(36, fontMetrics().height() + kGap3);
        verticalHeader()->setDefaultSectionSize(row);
        const int head = qMax(horizontalHeader()->sizeHint().height(), kControlHeight);
        verticalHeader()->setMinimumSectionSize(row);
        resizeRowsToContents();
        setFixedHeight(head + verticalHeader()->length() + 2);
    }
};

class ComparePage final : public Page {
    Q_DECLARE_TR_FUNCTIONS(veritune::app::ComparePage)

  public:
    ComparePage(AppContext& context, QWidget* parent)
        : Page(PageId::kCompare, context, parent),
          m_list(this),
          m_model(this) {
        setObjectName(QStringLiteral("compare"));
        m_header = new PageHeader(context, this);
        m_banner = new Banner(context, QStringLiteral("compare.banner"), this);
        buildPicker();
        buildResults();
        buildCurves();
        buildDifferences();
        layOut();
        connect(&m_list, &RunsModel::loaded, this, [this] { chooseDefault(); });
        connect(&m_model, &CompareModel::changed, this, [this] { showAll(); });
        connect(&m_model, &CompareModel::failed, this, [this](const util::Error& error) {
            m_banner->showError(error);
        });
        retranslate();
    }

    QString title() const override { return tr("Compare", "name of a page"); }
    QString help() const override {
        return tr(
            "Runs side by side. First what came out on held-out problems, then the curves, "
            "then every setting that differs. Two results are only told apart when their "
            "intervals do not touch.");
    }
    void setSession(ProjectSession* session) override {
        Page::setSession(session);
        m_banner->hide();
        m_isRead = false;
        m_model.setSession(session);
        m_list.setSession(nullptr);
        showAll();
    }
    void open(const Route& route) override {
        m_wanted = route.runs;
        if (session() == nullptr) return showAll();
        if (!m_isRead) {
            m_isRead = true;
            m_list.setSession(session());
        } else {
            m_list.reload();
        }
        if (m_wanted.size() >= 2) m_model.setRuns(m_wanted);
    }

  private:
    void buildPicker() {
        m_picker = new QWidget(this);
        m_chips = new FlowLayout(m_picker);
        m_chips->setContentsMargins(0, 0, 0, 0);
        m_chips->setSpacing(kGap2);
        m_add = makeButton(ButtonRole::kNormal, QStringLiteral("compare.add"), m_picker);
        m_add->setIcon(icon(QStringLiteral("plus"), context().theme));
        connect(m_add, &QPushButton::clicked, this, [this] { showRunMenu(); });
    }

    Card* tableCard(TextTable& model, const char* part, QToolButton*& copy, WholeTable*& table) {
        auto* card = new Card(context(), this);
        const QString base = QStringLiteral("compare.") + QLatin1String(part);
        copy =
            makeIconButton(context(), QStringLiteral("copy"), base + QStringLiteral(".copy"), card);
        card->addHeadingWidget(copy);
        table = new WholeTable(model, base, card);
        connect(copy, &QToolButton::clicked, this, [this, &model] {
            QApplication::clipboard()->setText(model.toTsv());
            emit announced(tr("The table is copied."));
        });
        return card;
    }

    void buildResults() {
        m_resultsCard = tableCard(m_model.results(), "results", m_copyResults, m_resultsTable);
        m_conclusion = new NoteLine(context(), QStringLiteral("compare.conclusion"), m_resultsCard);
        m_resultsCard->body()->addWidget(m_conclusion);
        m_resultsCard->body()->addWidget(m_resultsTable);
    }

    void buildCurves() {
        m_curvesCard = new Card(context(), this);
        m_stageCaption = new PlainLabel(m_curvesCard);
        m_stage = new QComboBox(m_curvesCard);
        m_stage->setObjectName(QStringLiteral("compare.stage"));
        m_stage->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        m_curvesCard->addHeadingWidget(m_stageCaption);
        m_curvesCard->addHeadingWidget(m_stage);
        m_grid = new QGridLayout;
        m_grid->setSpacing(kGap3);
        m_noCurves = new PlainLabel(m_curvesCard);
        m_noCurves->setWordWrap(true);
        m_noCurves->setForegroundRole(QPalette::PlaceholderText);
        m_curvesCard->body()->addWidget(m_noCurves);
        m_curvesCard->body()->addLayout(m_grid);
        connect(m_stage, &QComboBox::activated, this, [this] { showCurves(); });
    }

    void buildDifferences() {
        m_diffCard = tableCard(m_model.differences(), "differences", m_copyDiff, m_diffTable);
        m_noDiff = new PlainLabel(m_diffCard);
        m_noDiff->setForegroundRole(QPalette::PlaceholderText);
        m_diffCard->body()->addWidget(m_noDiff);
        m_diffCard->body()->addWidget(m_diffTable);
    }

    void layOut() {
        m_content = new QWidget;
        auto* inner = new QVBoxLayout(m_content);
        inner->setContentsMargins(0, 0, kGap2, 0);
        inner->setSpacing(kGap3);
        for (QWidget* card : QList<QWidget*>{m_resultsCard, m_curvesCard, m_diffCard}) {
            inner->addWidget(card);
        }
        inner->addStretch(1);
        m_scroll = new QScrollArea(this);
        m_scroll->setObjectName(QStringLiteral("compare.scroll"));
        m_scroll->setWidgetResizable(true);
        m_scroll->setFrameShape(QFrame::NoFrame);
        m_scroll->setFocusPolicy(Qt::NoFocus);
        m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        m_scroll->setWidget(m_content);
        m_empty = new EmptyState(
            context(), QStringLiteral("compare"), QStringLiteral("compare.empty"), this);
        connect(m_empty, &EmptyState::actionTriggered, this, [this] { emptyAction(); });
        m_stack = new QStackedWidget(this);
        m_stack->addWidget(m_scroll);
        m_stack->addWidget(m_empty);
        auto* column = new QVBoxLayout(this);
        column->setContentsMargins(kGap4, kGap4, kGap4, kGap4);
        column->setSpacing(kGap3);
        column->addWidget(m_header);
        column->addWidget(m_banner);
        column->addWidget(m_picker);
        column->addWidget(m_stack, 1);
    }

    void emptyAction() {
        if (session() == nullptr) {
            emit routeRequested({.page = PageId::kHome});
        } else if (m_list.rowCount() >= 2) {
            showRunMenu();
        } else {
            emit routeRequested({.page = PageId::kSetup});
        }
    }

    /// Without a wish the two newest: most comparisons are of the last change.
    void chooseDefault() {
        QList<std::int64_t> ids = m_model.ids();
        if (m_wanted.size() >= 2) ids = m_wanted;
        if (ids.isEmpty()) {
            for (const RunRow& row : m_list.rows()) {
                if (ids.size() < 2) ids.prepend(row.id);
            }
            if (ids.size() < 2) ids.clear();
        }
        m_wanted.clear();
        if (ids == m_model.ids() && !m_model.runs().empty()) return showAll();
        m_model.setRuns(ids);
        if (ids.isEmpty()) showAll();
    }

    void showRunMenu() {
        auto* menu = new QMenu(this);
        menu->setObjectName(QStringLiteral("compare.add.menu"));
        menu->setAttribute(Qt::WA_DeleteOnClose);
        constexpr int kMostListed = 30;
        for (const RunRow& row : m_list.rows()) {
            if (m_model.ids().contains(row.id)) continue;
            if (menu->actions().size() >= kMostListed) break;
            const QString name = escapeMnemonic(oneLine(row.name, 50));
            //: entry of a menu; %1 number, %2 name, %3 state of a run
            QAction* entry = menu->addAction(
                tr("Run %1: %2 – %3")
                    .arg(QString::number(row.id), name, runStateLook(row.state).word));
            connect(entry, &QAction::triggered, this, [this, id = row.id] {
                QList<std::int64_t> ids = m_model.ids();
                ids.append(id);
                m_model.setRuns(ids);
            });
        }
        if (m_list.rowCount() > kMostListed) {
            menu->addSeparator();
            QAction* all = menu->addAction(tr("Choose from all runs…"));
            connect(all, &QAction::triggered, this, [this] {
                emit routeRequested({.page = PageId::kRuns});
            });
        }
        menu->popup(m_add->mapToGlobal(QPoint(0, m_add->height())));
    }

    void showChips() {
        qDeleteAll(m_chipButtons);
        m_chipButtons.clear();
        while (m_chips->count() > 0) delete m_chips->takeAt(0);
        for (int i = 0; i < static_cast<int>(m_model.runs().size()); ++i) {
            auto* chip = makeButton(ButtonRole::kNormal,
                                    QStringLiteral("compare.run.%1").arg(m_model.ids().value(i)),
                                    m_picker);
            chip->setText(escapeMnemonic(m_model.runTitle(i)));
            chip->setIcon(QIcon(swatch(i)));
            //: %1 is a run
            chip->setAccessibleName(tr("Take %1 out of the comparison").arg(m_model.runTitle(i)));
            setPlainToolTip(chip, chip->accessibleName());
            connect(
                chip,
                &QPushButton::clicked,
                this,
                [this, i] {
                    QList<std::int64_t> ids = m_model.ids();
                    ids.removeAt(i);
                    m_model.setRuns(ids);
                },
                Qt::QueuedConnection);
            m_chips->addWidget(chip);
            m_chipButtons.push_back(chip);
        }
        m_chips->addWidget(m_add);
        m_add->setEnabled(m_model.ids().size() < CompareModel::kMost &&
                          m_list.rowCount() > m_model.ids().size());
    }

    QPixmap swatch(int run) const {
        const qreal ratio = devicePixelRatioF();
        QPixmap pixmap(QSize(16, 16) * ratio);
        pixmap.setDevicePixelRatio(ratio);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(context().theme.colors().series[static_cast<std::size_t>(run)]);
        painter.drawRoundedRect(QRectF(1, 5, 14, 6), 3, 3);
        return pixmap;
    }

    void showAll() {
        showChips();
        const bool any = m_model.runs().size() >= 2;
        m_stack->setCurrentWidget(any || m_model.isLoading() ? static_cast<QWidget*>(m_scroll)
                                                             : m_empty);
        m_picker->setVisible(any || m_list.rowCount() >= 2);
        showEmptyTexts();
        m_content->setVisible(any);
        if (!any) return;
        const Conclusion conclusion = concludeFrom(m_model.runs());
        m_conclusion->set(conclusion.isClear        ? Severity::kGood
                          : conclusion.isComparable ? Severity::kInfo
                                                    : Severity::kWarn,
                          conclusion.sentence);
        m_noDiff->setVisible(m_model.differences().rowCount() == 0);
        m_diffTable->setVisible(m_model.differences().rowCount() > 0);
        m_copyDiff->setVisible(m_model.differences().rowCount() > 0);
        showStages();
        showCurves();
    }

    void showEmptyTexts() {
        if (session() == nullptr) {
            m_empty->setTexts(tr("No project is open"),
                              tr("Runs are kept in a project."),
                              tr("Go to the start page"));
        } else if (m_list.rowCount() < 2) {
            m_empty->setTexts(tr("Nothing to compare yet"),
                              tr("A comparison needs two runs. Change one thing, run again, and "
                                 "see here what it did."),
                              tr("Set up a run"));
        } else {
            m_empty->setTexts(tr("Choose at least two runs"),
                              tr("Up to six can be laid over each other."),
                              tr("Choose a run"));
        }
    }

    void showStages() {
        const QString before = m_stage->currentData().toString();
        m_stage->clear();
        int preferred = -1;
        for (const QString& stage : m_model.stages()) {
            if (m_model.metrics(stage).isEmpty()) continue;
            const std::string id = stage.toStdString();
            m_stage->addItem(stageTitle(id, id), stage);
            const bool learns = m_model.stageTypeOf(stage) == QLatin1String("vrl");
            if (preferred < 0 && learns) preferred = m_stage->count() - 1;
        }
        const int kept = m_stage->findData(before);
        m_stage->setCurrentIndex(kept >= 0 ? kept : qMax(0, preferred));
        m_stage->setVisible(m_stage->count() > 1);
        m_stageCaption->setVisible(m_stage->count() > 1);
    }

    void showCurves() {
        const QString stage = m_stage->currentData().toString();
        QStringList metrics = m_model.metrics(stage);
        m_noCurves->setVisible(metrics.isEmpty());
        for (CurveView* view : std::as_const(m_views)) m_grid->removeWidget(view);
        int place = 0;
        for (const QString& metric : metrics) {
            CurveView*& view = m_views[metric];
            if (view == nullptr) {
                view = new CurveView(
                    context(), QStringLiteral("compare.") + metric, &m_link, m_curvesCard);
                view->setMinimumHeight(kChartHeight);
                if (metric.startsWith(QLatin1String("heldout/")) ||
                    metric == QLatin1String("reward")) {
                    view->setYRange(-0.02, 1.02);
                }
            }
            view->setTitle(metricTitle(metric), metricExplanation(metric));
            view->setXLabel(tr("step"));
            view->setCurves(curvesOf(metric, stage));
            view->setVisible(true);
            // Held-out is what counts: it has the width of the page.
            if (place == 0 && metric == QLatin1String("heldout/pass@1")) {
                m_grid->addWidget(view, 0, 0, 1, 2);
                place = 2;
                continue;
            }
            m_grid->addWidget(view, place / 2, place % 2);
            ++place;
        }
        for (auto view = m_views.begin(); view != m_views.end(); ++view) {
            if (!metrics.contains(view.key())) view.value()->hide();
        }
    }

    QList<Curve> curvesOf(const QString& metric, const QString& stage) const {
        QList<Curve> curves;
        for (int i = 0; i < static_cast<int>(m_model.runs().size()); ++i) {
            Curve curve{.name = m_model.runTitle(i),
                        .points = m_model.points(i, metric, stage),
                        .color = i};
            if (metric == QLatin1String("heldout/pass@1")) {
                const CurvePoints low = m_model.points(i, metric + QStringLiteral("_low"), stage);
                const CurvePoints high = m_model.points(i, metric + QStringLiteral("_high"), stage);
                if (low.x == curve.points.x && high.x == curve.points.x) {
                    curve.low = low.y;
                    curve.high = high.y;
                }
            }
            curves.push_back(curve);
        }
        return curves;
    }

    void restyle() override { showChips(); }

    void retranslate() override {
        m_header->setTexts(title(), tr("Held-out results, curves and settings side by side"));
        m_add->setText(tr("Add a run"));
        m_add->setAccessibleName(m_add->text());
        setPlainToolTip(m_add, tr("Lay another run over these, up to six."));
        m_resultsCard->setHeading(tr("What came out"));
        m_resultsTable->setAccessibleName(tr("Final results of the runs"));
        setIconButtonText(m_copyResults, tr("Copy the results as a table"));
        m_curvesCard->setHeading(tr("How it went"));
        m_stageCaption->setText(tr("Stage"));
        m_stage->setAccessibleName(tr("Stage whose curves are shown"));
        m_noCurves->setText(
            tr("There are no curves to lay over each other: the runs have recorded "
               "fewer than two steps."));
        m_diffCard->setHeading(tr("What was set differently"));
        m_diffTable->setAccessibleName(tr("Settings that differ between the runs"));
        setIconButtonText(m_copyDiff, tr("Copy the settings as a table"));
        m_noDiff->setText(tr("Nothing: the runs have the same settings."));
        m_model.retranslate();
    }

    RunsModel m_list;
    CompareModel m_model;
    CurveLink m_link;
    PageHeader* m_header = nullptr;
    Banner* m_banner = nullptr;
    QWidget* m_picker = nullptr;
    FlowLayout* m_chips = nullptr;
    QList<QPushButton*> m_chipButtons;
    QPushButton* m_add = nullptr;
    Card* m_resultsCard = nullptr;
    WholeTable* m_resultsTable = nullptr;
    QToolButton* m_copyResults = nullptr;
    NoteLine* m_conclusion = nullptr;
    Card* m_curvesCard = nullptr;
    PlainLabel* m_stageCaption = nullptr;
    QComboBox* m_stage = nullptr;
    QGridLayout* m_grid = nullptr;
    PlainLabel* m_noCurves = nullptr;
    QHash<QString, CurveView*> m_views;
    Card* m_diffCard = nullptr;
    WholeTable* m_diffTable = nullptr;
    QToolButton* m_copyDiff = nullptr;
    PlainLabel* m_noDiff = nullptr;
    QWidget* m_content = nullptr;
    QScrollArea* m_scroll = nullptr;
    EmptyState* m_empty = nullptr;
    QStackedWidget* m_stack = nullptr;
    QList<std::int64_t> m_wanted;
    bool m_isRead = false;
};

}  // namespace

Page* makeComparePage(AppContext& context, QWidget* parent) {
    return new ComparePage(context, parent);
}

}  // namespace veritune::app
