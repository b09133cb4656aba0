// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/Icons.h"

#include "app/Theme.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace veritune::app {
namespace {

QByteArray svgOf(const QString& name) {
    QFile file(QStringLiteral(":/icons/") + name + QStringLiteral(".svg"));
    const bool isThere = file.open(QIODevice::ReadOnly);
    Q_ASSERT_X(isThere, "icon", qPrintable(name));
    return isThere ? file.readAll() : QByteArray();
}

/// Draws from the SVG at the size asked for, in the theme's colour of that moment.
class ThemedIconEngine final : public QIconEngine {
  public:
    ThemedIconEngine(QString name, const Theme& theme)
        : m_name(std::move(name)),
          m_theme(&theme) {}

    void paint(QPainter* painter,
               const QRect& rect,
               QIcon::Mode mode,
               QIcon::State state) override {
        const qreal ratio = painter->device() ? painter->device()->devicePixelRatioF() : 1.0;
        const int size = qMin(rect.width(), rect.height());
        const QRect box(rect.x() + (rect.width() - size) / 2,
                        rect.y() + (rect.height() - size) / 2,
                        size,
                        size);
        painter->drawPixmap(box, iconPixmap(m_name, color(mode, state), size, ratio));
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        return iconPixmap(m_name, color(mode, state), qMin(size.width(), size.height()), 1.0);
    }
    QPixmap scaledPixmap(const QSize& size,
                         QIcon::Mode mode,
                         QIcon::State state,
                         qreal scale) override {
        const int side = qRound(qMin(size.width(), size.height()) / scale);
        return iconPixmap(m_name, color(mode, state), side, scale);
    }
    QIconEngine* clone() const override { return new ThemedIconEngine(m_name, *m_theme); }

  private:
    QColor color(QIcon::Mode mode, QIcon::State state) const {
        const Colors& colors = m_theme->colors();
        if (mode == QIcon::Disabled) {
            QColor off = colors.textMuted;
            off.setAlphaF(0.5F);
            return off;
        }
        return state == QIcon::On ? colors.accent : colors.text;
    }
    QString m_name;
    const Theme* m_theme;
};

}  // namespace

QIcon icon(const QString& name, const Theme& theme) {
    return QIcon(new ThemedIconEngine(name, theme));
}

QPixmap iconPixmap(const QString& name, const QColor& color, int size, qreal ratio) {
    const QString key = QStringLiteral("veritune/%1/%2/%3/%4")
                            .arg(name, color.name(QColor::HexArgb))
                            .arg(size)
                            .arg(ratio);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap)) return pixmap;
    const int pixels = qMax(1, qRound(size * ratio));
    QImage image(pixels, pixels, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    QSvgRenderer(svgOf(name)).render(&painter, QRectF(0, 0, pixels, pixels));
    painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
    painter.fillRect(image.rect(), color);
    painter.end();
    pixmap = QPixmap::fromImage(std::move(image));
    pixmap.setDevicePixelRatio(ratio);
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

}  // namespace veritune::app
