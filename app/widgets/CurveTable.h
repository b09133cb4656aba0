// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>

namespace veritune::app {

struct Curve;

/// The points of a chart as a table: one row per x that any curve has, one column per curve.
class CurveTable final : public QAbstractTableModel {
    Q_OBJECT
  public:
    explicit CurveTable(QObject* parent = nullptr);
    void setCurves(const QList<Curve>& curves);
    void setXLabel(const QString& text);
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    QString m_xLabel;
    QList<Curve> m_curves;
    QList<double> m_xs;
};

/// The same as text, C locale, header line first; a missing value is empty.
QString curvesToText(const QList<Curve>& curves, const QString& xLabel, QChar separator);

}  // namespace veritune::app
