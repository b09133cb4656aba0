// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/CurveTable.h"

#include "app/widgets/CurveData.h"

#include <QLocale>

#include <algorithm>
#include <cmath>

namespace veritune::app {
namespace {

QList<double> allX(const QList<Curve>& curves) {
    QList<double> xs;
    for (const Curve& curve : curves) xs.append(curve.points.x);
    std::sort(xs.begin(), xs.end());
    xs.erase(std::unique(xs.begin(), xs.end()), xs.end());
    return xs;
}

/// Index of exactly that x; -1 when the curve has no point there.
qsizetype indexAt(const Curve& curve, double x) {
    const qsizetype i = nearestIndex(curve.points.x, x);
    return i >= 0 && curve.points.x[i] == x ? i : -1;
}

QString quoted(QString text, QChar separator) {
    // A cell that a spreadsheet would run as a formula.
    if (!text.isEmpty() && QStringLiteral("=+-@\t\r").contains(text.front())) text.prepend(u'\'');
    if (!text.contains(separator) && !text.contains(u'"') && !text.contains(u'\n')) return text;
    return u'"' + text.replace(QStringLiteral("\""), QStringLiteral("\"\"")) + u'"';
}

}  // namespace

CurveTable::CurveTable(QObject* parent)
    : QAbstractTableModel(parent) {}

void CurveTable::setCurves(const QList<Curve>& curves) {
    beginResetModel();
    m_curves = curves;
    m_xs = allX(curves);
    endResetModel();
}

void CurveTable::setXLabel(const QString& text) {
    m_xLabel = text;
    emit headerDataChanged(Qt::Horizontal, 0, 0);
}

int CurveTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_xs.size());
}
int CurveTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_curves.size()) + 1;
}

QVariant CurveTable::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= m_xs.size()) return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignTrailing | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    // Newest first: that is what a person looks for.
    const double x = m_xs[m_xs.size() - 1 - index.row()];
    if (index.column() == 0) return QLocale().toString(x, 'g', 10);
    const Curve& curve = m_curves[index.column() - 1];
    const qsizetype i = indexAt(curve, x);
    if (i < 0) return QString();
    return std::isfinite(curve.points.y[i]) ? QLocale().toString(curve.points.y[i], 'g', 6)
                                            : QStringLiteral("NaN");
}

QVariant CurveTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    if (section == 0) return m_xLabel;
    return section <= m_curves.size() ? m_curves[section - 1].name : QVariant();
}

QString curvesToText(const QList<Curve>& curves, const QString& xLabel, QChar separator) {
    QString out = quoted(xLabel, separator);
    for (const Curve& curve : curves) out += separator + quoted(curve.name, separator);
    out += u'\n';
    for (const double x : allX(curves)) {
        out += QString::number(x, 'g', 17);
        for (const Curve& curve : curves) {
            const qsizetype i = indexAt(curve, x);
            out += separator;
            if (i >= 0) out += QString::number(curve.points.y[i], 'g', 17);
        }
        out += u'\n';
    }
    return out;
}

}  // namespace veritune::app
