// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/models/ChainDocument.h"

#include <QFont>

#include <vector>

namespace veritune::app {

/// Where the rows of a rendering begin and end for one width: measured in one pass over the
/// characters, so that 32,768 tokens take a few milliseconds; a row is shaped only when it is
/// painted.
/// threads  GUI thread (fonts); test  chain_text_test.cpp
class ChainLayout {
  public:
    struct Row {
        int begin = 0;     ///< units of the rendering
        int end = 0;       ///< without a '\n'
        int section = -1;  ///< >= 0: the heading of this section
        int y = 0;         ///< top, in pixels
    };

    struct Metrics {
        QFont font;          ///< of the text
        int rowHeight = 0;   ///< of a text row
        int headHeight = 0;  ///< of a heading
        int width = 0;       ///< pixels for text
        bool headings = true;
        bool prompt = true;  ///< false: the prompt has no rows
    };

    ChainLayout() = default;
    ChainLayout(const ChainRendering& rendering, const Metrics& metrics);

    const std::vector<Row>& rows() const { return m_rows; }
    int height() const { return m_height; }
    /// The row at a height; the last one below the end. -1 without rows.
    int rowAt(int y) const;
    /// The text row that holds a unit.
    int rowOf(int unit) const;

  private:
    class Breaker;
    std::vector<Row> m_rows;
    int m_height = 0;
};

}  // namespace veritune::app
