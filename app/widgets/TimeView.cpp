// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/TimeView.h"

#include "app/Icons.h"
#include "app/Theme.h"
#include "app/Verdicts.h"
#include "app/models/TextDiff.h"
#include "app/widgets/ChainCard.h"
#include "app/widgets/ChainText.h"

#include <QBoxLayout>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QSlider>

#include <algorithm>
#include <functional>

namespace veritune::app {

/// The verdicts of all attempts in a row, the chosen one framed.
class HistoryDots final : public QWidget {
  public:
    std::function<void(int)> chosen;  ///< a dot was pressed

    HistoryDots(AppContext& context, QWidget* parent)
        : QWidget(parent),
          m_context(context) {
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    }
    void setAttempts(const std::vector<store::ChainSummary>* attempts, int current) {
        m_attempts = attempts;
        m_current = current;
        update();
    }
    QSize sizeHint() const override {
        return {200, 24 + QFontMetrics(m_context.theme.small()).height()};
    }

  protected:
    void paintEvent(QPaintEvent*) override {
        if (m_attempts == nullptr || m_attempts->empty()) return;
        const Colors& colors = m_context.theme.colors();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setFont(m_context.theme.small());
        const QFontMetrics metrics(painter.font());
        int free = -1;
        for (std::size_t i = 0; i < m_attempts->size(); ++i) {
            const store::ChainSummary& attempt = (*m_attempts)[i];
            const int x = position(static_cast<int>(i));
            const bool current = static_cast<int>(i) == m_current;
            const int size = current ? 20 : 14;
            const VerdictLook look = verdictLook(attempt.status, m_context.theme);
            painter.drawPixmap(x - size / 2,
                               11 - size / 2,
                               iconPixmap(look.iconName, look.color, size, devicePixelRatioF()));
            const QString step = QLocale().toString(static_cast<qlonglong>(attempt.key.step));
            const int width = metrics.horizontalAdvance(step);
            if (x - width / 2 < free && !current) continue;
            painter.setPen(current ? colors.text : colors.textMuted);
            painter.drawText(x - width / 2, 24 + metrics.ascent(), step);
            free = x + width / 2 + kGap2;
        }
    }
    void mousePressEvent(QMouseEvent* event) override {
        if (m_attempts == nullptr) return;
        int best = -1;
        for (int i = 0; i < static_cast<int>(m_attempts->size()); ++i) {
            if (best < 0 || std::abs(position(i) - event->pos().x()) <
                                std::abs(position(best) - event->pos().x())) {
                best = i;
            }
        }
        if (best >= 0 && chosen) chosen(best);
    }

  private:
    int position(int attempt) const {
        const int count = static_cast<int>(m_attempts->size());
        const int edge = 12;
        return count < 2 ? width() / 2 : edge + attempt * (width() - 2 * edge) / (count - 1);
    }

    AppContext& m_context;
    const std::vector<store::ChainSummary>* m_attempts = nullptr;
    int m_current = -1;
};

TimeView::TimeView(AppContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_dots(new HistoryDots(context, this)),
      m_slider(new QSlider(Qt::Horizontal, this)),
      m_summary(new PlainLabel(this)),
      m_before(new ChainCard(context, QStringLiteral("chains.time.before"), this)),
      m_now(new ChainCard(context, QStringLiteral("chains.time.now"), this)) {
    setObjectName(QStringLiteral("chains.time"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kGap3, kGap2, kGap3, kGap3);
    column->setSpacing(kGap2);
    m_summary->setWordWrap(true);
    column->addWidget(m_summary);
    column->addWidget(m_dots);
    m_slider->setObjectName(QStringLiteral("chains.time.slider"));
    m_slider->setPageStep(1);
    // Time runs from left to right like every curve.
    m_slider->setLayoutDirection(Qt::LeftToRight);
    column->addWidget(m_slider);
    auto* pair = new QHBoxLayout;
    pair->setSpacing(kGap2);
    pair->addWidget(m_before, 1);
    pair->addWidget(m_now, 1);
    column->addLayout(pair, 1);
    const auto choose = [this](int attempt) {
        if (attempt >= 0 && attempt < attemptCount() && attempt != m_at) {
            emit chainChosen(m_attempts[static_cast<std::size_t>(attempt)].id);
        }
    };
    connect(m_slider, &QSlider::valueChanged, this, choose);
    m_dots->chosen = choose;
    connect(m_before, &ChainCard::chosen, this, [this] {
        if (m_earlier) emit chainChosen(m_earlier->chain().id);
    });
    connect(&context.theme, &Theme::changed, m_dots, [this] { m_dots->update(); });
}

void TimeView::showHistory(const std::vector<store::ChainSummary>& history,
                           const ChainDocumentPtr& document) {
    m_document = document;
    m_attempts.clear();
    m_at = -1;
    if (document) {
        for (const store::ChainSummary& chain : history) {
            if (chain.key.sample != document->record().sample) continue;
            if (chain.id == document->chain().id) m_at = static_cast<int>(m_attempts.size());
            m_attempts.push_back(chain);
        }
    }
    m_earlier.reset();
    m_changes.clear();
    const std::size_t before = m_at > 0 ? static_cast<std::size_t>(m_at - 1) : 0;
    emit earlierWanted(m_at > 0 ? m_attempts[before].id : 0);
    fill();
}

void TimeView::showEarlier(const ChainDocumentPtr& earlier, const std::vector<DiffPiece>& changes) {
    m_earlier = earlier;
    m_changes = changes;
    fill();
}

QString TimeView::heading(const ChainDocument& document) const {
    //: %1 stage, %2 step
    return tr("%1, step %2")
        .arg(oneLine(document.chain().stage, 40),
             QLocale().toString(static_cast<qlonglong>(document.chain().step)));
}

void TimeView::retranslate() {
    m_slider->setAccessibleName(tr("Attempt at this task"));
    setPlainToolTip(m_slider,
                    tr("Goes through the attempts at this task from the first step to the last."));
    fill();
}

void TimeView::fill() {
    const QSignalBlocker quiet(m_slider);
    m_slider->setRange(0, std::max(0, attemptCount() - 1));
    m_slider->setValue(std::max(0, m_at));
    m_slider->setVisible(attemptCount() > 1);
    m_dots->setVisible(attemptCount() > 1);
    m_dots->setAttempts(&m_attempts, m_at);
    m_summary->setText(summary());
    m_before->setVisible(m_earlier != nullptr);
    m_now->setVisible(m_document != nullptr);
    if (m_earlier) m_before->setChain(m_earlier, heading(*m_earlier));
    if (m_document) m_now->setChain(m_document, heading(*m_document));
    m_now->setCurrent(true);
    markChanges();
}

QString TimeView::summary() const {
    if (!m_document) return {};
    if (attemptCount() < 2) {
        return tr(
            "This task was tried once in this run. Held-out tasks are tried again at every "
            "check, so their chains show how the model changed.");
    }
    int correct = 0;
    for (const store::ChainSummary& attempt : m_attempts)
        correct += attempt.status == "correct" ? 1 : 0;
    //: %n attempts at one task, %1 how many were correct
    QString text =
        tr("%Ln attempts at this task over the run, %1 of them correct.", nullptr, attemptCount())
            .arg(QLocale().toString(correct));
    if (m_earlier && m_earlier->record().completion == m_document->record().completion) {
        text += u' ' + tr("The text is the same as at the attempt before.");
    }
    return text;
}

void TimeView::markChanges() {
    if (!m_earlier || !m_document) return;
    std::vector<ByteRange> removed;
    std::vector<ByteRange> added;
    const std::int64_t oldBase = m_earlier->completionBytes().begin;
    const std::int64_t newBase = m_document->completionBytes().begin;
    for (const DiffPiece& piece : m_changes) {
        if (piece.kind == DiffPiece::Kind::kRemoved) {
            removed.push_back({oldBase + static_cast<std::int64_t>(piece.oldBegin),
                               oldBase + static_cast<std::int64_t>(piece.oldEnd)});
        } else if (piece.kind == DiffPiece::Kind::kAdded) {
            added.push_back({newBase + static_cast<std::int64_t>(piece.newBegin),
                             newBase + static_cast<std::int64_t>(piece.newEnd)});
        }
    }
    m_before->text()->setPieces(std::move(removed), DiffPiece::Kind::kRemoved);
    m_now->text()->setPieces(std::move(added), DiffPiece::Kind::kAdded);
}

}  // namespace veritune::app
