// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLayout>
#include <QList>

namespace veritune::app {

/// A row that goes on in the next line when its width does not suffice: tools and choices stay
/// whole at 200 % text and in long languages. Items whose horizontal policy expands may shrink to
/// their minimum before the line breaks, and share what is left of their line as evenly as their
/// minimums allow; all others keep their size hint. An item with AlignTop stays at the
/// top of its line, others in its middle. Mirrored from right to left.
/// owner  the parent widget; threads  GUI thread; test  frame_test.cpp
class FlowLayout final : public QLayout {
  public:
    explicit FlowLayout(QWidget* parent = nullptr);
    ~FlowLayout() override;

    void addItem(QLayoutItem* item) override;
    /// Pushes what follows on the same line to the end; nothing at the start of a line.
    void addStretch();
    int count() const override { return static_cast<int>(m_items.size()); }
    QLayoutItem* itemAt(int index) const override { return m_items.value(index); }
    QLayoutItem* takeAt(int index) override;
    Qt::Orientations expandingDirections() const override { return Qt::Horizontal; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize minimumSize() const override;
    QSize sizeHint() const override;
    void setGeometry(const QRect& rect) override;

  private:
    struct Placed {
        QLayoutItem* item;
        int width;
    };
    QList<QList<Placed>> lines(int width) const;
    void share(QList<Placed>& line, int width) const;
    int place(const QRect& rect, bool apply) const;

    QList<QLayoutItem*> m_items;
};

}  // namespace veritune::app
