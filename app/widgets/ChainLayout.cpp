// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/ChainLayout.h"

#include <QFontMetricsF>

#include <algorithm>
#include <array>

namespace veritune::app {
namespace {

/// Widths of characters, kept. Kerning is left out: it only makes text narrower.
class Widths {
  public:
    explicit Widths(const QFont& font)
        : m_metrics(font) {
        m_known.fill(-1.0F);
    }

    float of(QChar c) {
        const auto code = c.unicode();
        if (code >= m_known.size()) return c.isLowSurrogate() ? 0.0F : measure(c);
        float& known = m_known[code];
        if (known < 0.0F) known = measure(c);
        return known;
    }

  private:
    float measure(QChar c) const {
        // Half of a pair has no width of its own; an emoji is about two letters wide.
        if (c.isHighSurrogate()) return static_cast<float>(m_metrics.horizontalAdvance(u'M') * 2);
        return static_cast<float>(m_metrics.horizontalAdvance(c));
    }

    QFontMetricsF m_metrics;
    std::array<float, 0x3000> m_known{};
};

}  // namespace

/// Fills rows.
class ChainLayout::Breaker {
  public:
    Breaker(const ChainRendering& rendering, const Metrics& metrics, ChainLayout& out)
        : m_text(rendering.text),
          m_breaks(rendering.breaks),
          m_tokens(rendering.tokens),
          m_atTokens(rendering.breakAtTokens),
          m_widths(metrics.font),
          m_metrics(metrics),
          m_out(out) {}

    void heading(int section, int begin) {
        m_out.m_rows.push_back({begin, begin, section, m_out.m_height});
        m_out.m_height += m_metrics.headHeight;
    }

    void section(int begin, int end) {
        m_row = begin;
        m_breakAt = begin;
        m_rowWidth = 0.0F;
        m_breakWidth = 0.0F;
        for (int unit = begin; unit < end; ++unit) {
            const QChar c = m_text[unit];
            if (mustBreakAt(unit) && unit > m_row) close(unit, unit);
            if (c == u'\n') {
                close(unit, unit + 1);
                continue;
            }
            if (m_atTokens && isTokenBegin(unit)) noteBreak(unit);
            const float width = m_widths.of(c);
            if (m_rowWidth + width > static_cast<float>(m_metrics.width) && unit > m_row)
                wrap(unit);
            m_rowWidth += width;
            if (!m_atTokens && mayBreakBehind(c)) noteBreak(unit + 1);
        }
        if (m_row < end) close(end, end);
    }

  private:
    static bool mayBreakBehind(QChar c) {
        return c == u' ' || c == u'-' || c == u';' || c == u',' || c == u'/' ||
               (c.unicode() >= 0x2e80 && c.unicode() < 0xd800);
    }
    bool mustBreakAt(int unit) {
        while (m_nextBreak < m_breaks.size() && m_breaks[m_nextBreak] < unit) ++m_nextBreak;
        return m_nextBreak < m_breaks.size() && m_breaks[m_nextBreak] == unit;
    }
    bool isTokenBegin(int unit) {
        while (m_nextToken < m_tokens.size() && m_tokens[m_nextToken] < unit) ++m_nextToken;
        return m_nextToken < m_tokens.size() && m_tokens[m_nextToken] == unit;
    }
    void noteBreak(int unit) {
        m_breakAt = unit;
        m_breakWidth = m_rowWidth;
    }
    /// The row is full before `unit`: it ends at the last place where it may, or right here.
    void wrap(int unit) {
        int at = m_breakAt > m_row ? m_breakAt : unit;
        if (at == unit && m_text[unit].isLowSurrogate() && unit - 1 > m_row) at = unit - 1;
        const float rest = at == unit ? 0.0F : m_rowWidth - m_breakWidth;
        close(at, at);
        m_rowWidth = rest;
    }
    void close(int end, int next) {
        m_out.m_rows.push_back({m_row, end, -1, m_out.m_height});
        m_out.m_height += m_metrics.rowHeight;
        m_row = next;
        m_breakAt = next;
        m_rowWidth = 0.0F;
        m_breakWidth = 0.0F;
    }

    const QString& m_text;
    const std::vector<int>& m_breaks;
    const std::vector<int>& m_tokens;
    bool m_atTokens;
    Widths m_widths;
    const Metrics& m_metrics;
    ChainLayout& m_out;
    int m_row = 0;
    int m_breakAt = 0;
    float m_rowWidth = 0.0F;
    float m_breakWidth = 0.0F;
    std::size_t m_nextBreak = 0;
    std::size_t m_nextToken = 0;
};

ChainLayout::ChainLayout(const ChainRendering& rendering, const Metrics& metrics) {
    m_rows.reserve(static_cast<std::size_t>(rendering.text.size()) / 40 + 8);
    Breaker breaker(rendering, metrics, *this);
    for (std::size_t i = 0; i < rendering.sections.size(); ++i) {
        const ChainRendering::Section& section = rendering.sections[i];
        if (section.kind == SectionKind::kPrompt && !metrics.prompt) continue;
        if (metrics.headings) breaker.heading(static_cast<int>(i), section.begin);
        breaker.section(section.begin, section.end);
    }
}

int ChainLayout::rowAt(int y) const {
    if (m_rows.empty()) return -1;
    const auto it = std::upper_bound(
        m_rows.begin(), m_rows.end(), y, [](int top, const Row& row) { return top < row.y; });
    return std::max(0, static_cast<int>(it - m_rows.begin()) - 1);
}

int ChainLayout::rowOf(int unit) const {
    auto it = std::partition_point(
        m_rows.begin(), m_rows.end(), [unit](const Row& row) { return row.end <= unit; });
    while (it != m_rows.end() && it->section >= 0) ++it;
    if (it == m_rows.end()) return static_cast<int>(m_rows.size()) - 1;
    return static_cast<int>(it - m_rows.begin());
}

}  // namespace veritune::app
