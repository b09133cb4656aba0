// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ProjectOpener.h"
#include "app/models/ProjectGlance.h"
#include "app/models/SelfCheck.h"
#include "app/views/Page.h"

class QGridLayout;
class QListWidget;
class QPushButton;
class QToolButton;
class QVBoxLayout;

namespace veritune::app {

class Banner;
class Card;
class ChoiceCard;
class ElidedLabel;
class PageHeader;
class Pill;
class PlainLabel;
class Sparkline;

/// The first page: one next step, three choices, recent projects, this computer.
class HomePage final : public Page {
    Q_OBJECT
  public:
    HomePage(AppContext& context, QWidget* parent);
    QString title() const override;
    QString help() const override;
    void setSession(ProjectSession* session) override;
    void open(const Route& route) override;

  protected:
    void retranslate() override;
    void restyle() override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void buildNext(QVBoxLayout& column);
    void buildChoices(QVBoxLayout& column);
    void buildRecent(QGridLayout& grid);
    void buildComputer(QGridLayout& grid);
    void showNext();
    void doNext();
    void showRecent();
    void showComputer();
    QWidget* checkRow(const CheckRow& row);
    void startDemo();
    void startRun(ProjectSession& session);
    void chooseProject();
    void removeRecent();

    ProjectOpener m_opener;
    ProjectGlance m_glance;
    SelfCheck m_check;
    bool m_startDemoOnSession = false;
    PageHeader* m_header;
    Banner* m_banner;
    Card* m_next;
    PlainLabel* m_nextTitle;
    PlainLabel* m_nextDetail;
    Sparkline* m_nextCurve;
    QPushButton* m_nextAction;
    QPushButton* m_nextSecond;
    ChoiceCard* m_demo;
    ChoiceCard* m_own;
    ChoiceCard* m_openProject;
    Card* m_recent;
    QListWidget* m_recentList;
    QWidget* m_recentStrut;
    PlainLabel* m_recentHint;
    Card* m_computer;
    Pill* m_checkPill;
    QVBoxLayout* m_checkRows;
    QToolButton* m_checkAgain;
    QToolButton* m_checkCopy;
    PlainLabel* m_limits;
};

}  // namespace veritune::app
