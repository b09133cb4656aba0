// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>
#include <QProxyStyle>

class QStyleOptionButton;
class QStyleOptionComboBox;

namespace veritune::app {

class Theme;

/// Fusion with our shapes: flat rounded controls on the spacing grid, one focus ring, thin scroll
/// bars. Colours come from the theme, sizes from the font, so it is right at any scale and in both
/// writing directions.
/// threads  GUI thread
class Style final : public QProxyStyle {
    Q_OBJECT
  public:
    explicit Style(const Theme& theme);

    void polish(QWidget* widget) override;
    /// A choice that does not fit says itself in its tooltip.
    bool eventFilter(QObject* watched, QEvent* event) override;
    int pixelMetric(PixelMetric metric,
                    const QStyleOption* option,
                    const QWidget* widget) const override;
    int styleHint(StyleHint hint,
                  const QStyleOption* option,
                  const QWidget* widget,
                  QStyleHintReturn* data) const override;
    QSize sizeFromContents(ContentsType type,
                           const QStyleOption* option,
                           const QSize& size,
                           const QWidget* widget) const override;
    QRect subElementRect(SubElement element,
                         const QStyleOption* option,
                         const QWidget* widget) const override;
    QRect subControlRect(ComplexControl control,
                         const QStyleOptionComplex* option,
                         SubControl part,
                         const QWidget* widget) const override;
    void drawPrimitive(PrimitiveElement element,
                       const QStyleOption* option,
                       QPainter* painter,
                       const QWidget* widget) const override;
    void drawControl(ControlElement element,
                     const QStyleOption* option,
                     QPainter* painter,
                     const QWidget* widget) const override;
    void drawComplexControl(ComplexControl control,
                            const QStyleOptionComplex* option,
                            QPainter* painter,
                            const QWidget* widget) const override;

  private:
    struct Label {
        QString text;
        QIcon icon;
        QSize iconSize;
        QColor color;
    };

    QRect headerPart(const QStyleOption& option, bool isArrow) const;
    int controlHeight(const QStyleOption& option) const;
    QColor colorOf(const QStyleOption& option, const QWidget* widget) const;
    void drawLabel(const QStyleOption& option, const Label& label, QPainter& painter) const;
    void drawPushLabel(const QStyleOptionButton& button,
                       QPainter& painter,
                       const QWidget* widget) const;
    void drawComboLabel(const QStyleOptionComboBox& combo, QPainter& painter) const;
    void drawButton(const QStyleOption& option, QPainter& painter, const QWidget* widget) const;
    void drawField(const QStyleOption& option, QPainter& painter) const;
    void drawIndicator(const QStyleOption& option, QPainter& painter, bool round) const;
    void drawComboBox(const QStyleOptionComplex& option, QPainter& painter) const;
    void drawScrollBar(const QStyleOptionComplex& option, QPainter& painter) const;
    void drawHeader(const QStyleOption& option, QPainter& painter) const;
    void drawTab(const QStyleOption& option, QPainter& painter) const;
    void drawProgress(const QStyleOption& option, QPainter& painter) const;

    const Theme& m_theme;
};

}  // namespace veritune::app
