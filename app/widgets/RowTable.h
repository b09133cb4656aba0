// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/AppContext.h"

#include <QTableView>

namespace veritune::app {

/// What a model tells RowTable about a cell besides its text.
enum RowTableRole {
    kRowMarkRole = Qt::UserRole + 100,  ///< QString, an icon's name; empty = none
    kRowToneRole,                       ///< int(Severity), or kRowToneMuted, kRowToneNone
    kRowBarRole,     ///< QVariantList{low, value, high, mark} in 0..1: drawn instead of the text
    kRowExportRole,  ///< QString for the clipboard and files, C locale; else the shown text
};
inline constexpr int kRowToneNone = -1;
inline constexpr int kRowToneMuted = -2;

/// A table of whole rows: marks and words in cells, no grid, no editing, an outline around the row
/// with the keyboard. Column widths and their order are kept in the settings under its objectName.
/// threads  GUI thread
class RowTable final : public QTableView {
    Q_OBJECT
  public:
    RowTable(AppContext& context, const QString& objectName, QWidget* parent = nullptr);
    /// After setModel(): this column takes the room that is left.
    void setStretchColumn(int column);
    /// After setStretchColumn(): columns that a person brings in from the menu.
    void hideAtFirst(const QList<int>& columns);
    /// Once the model has rows; does nothing when a person has set widths before.
    void sizeColumns();
    /// After other columns were shown or hidden by the program.
    void sizeColumnsAgain();
    /// This column has a mark and, sooner or later, each of these texts: it is wide enough for all.
    void holdTexts(int column, const QStringList& texts);
    /// A menu to show and hide columns; the one named never goes.
    void showColumnMenu(const QPoint& at, int always);
    /// Chosen rows, or all when none or one is chosen, with the header; cells are safe to paste
    /// into a spreadsheet.
    QString toTsv() const;
    void keepColumns();

  protected:
    void showEvent(QShowEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

  private:
    void makeRoom();

    AppContext& m_context;
    int m_stretch = -1;
    int m_held = -1;
    QStringList m_heldTexts;
    bool m_isKept = false;
    bool m_isSized = false;
};

}  // namespace veritune::app
