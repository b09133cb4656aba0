// SPDX-License-Identifier: Apache-2.0
#include "app/models/DatasetEdits.h"
#include "app/models/DatasetRowsModel.h"
#include "app/models/DatasetTools.h"
#include "app/views/DatasetsPage.h"
#include "app/widgets/CurateView.h"
#include "app/widgets/RecordCard.h"
#include "app/widgets/RowTable.h"
#include "core/store/project.h"
#include "tests/app/app_test_support.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <gtest/gtest.h>

#include <optional>

namespace veritune::app {
namespace {

using test::appContext;
using test::waitFor;

/// Applies edits as the engine does: as the one writer, in the project's database.
std::optional<util::Result<engine::Reply>> applyEdit(const std::string& dir,
                                                     const engine::Request& request) {
    const auto* edit = std::get_if<engine::EditDataset>(&request);
    const auto* undo = std::get_if<engine::UndoEdit>(&request);
    if (!edit && !undo) return std::nullopt;
    const auto run = [&]() -> util::Result<engine::Reply> {
        VT_ASSIGN(const auto project, store::Project::open_writer(dir));
        store::DatasetEditor& editor = project->dataset_editor();
        store::EditResult done;
        if (edit) {
            VT_ASSIGN(const data::Edit wanted, data::edit_from_json(edit->edit));
            VT_ASSIGN(done, editor.apply(wanted));
        } else if (undo->redo) {
            VT_ASSIGN(done, editor.redo(undo->dataset));
        } else {
            VT_ASSIGN(done, editor.undo(undo->dataset));
        }
        return engine::Reply(engine::DatasetEdited{
            .edit = done.edit, .dataset = done.dataset, .rows = done.rows, .label = done.label});
    };
    return run();
}

class DatasetsTest : public testing::Test {
  protected:
    static data::Problem problem(int i) {
        data::Problem one;
        one.id = "row-" + std::to_string(10'000 + i);
        one.prompt = "How many is " + std::to_string(i) + " and one?";
        one.verifier = "integer";
        one.gold = i + 1;
        one.level = i % 5;
        return one;
    }
    void open(int rows) {
        QLocale::setDefault(QLocale(QLocale::English));
        const std::string dir = m_root.path().toStdString() + "/p";
        auto project = store::Project::create(dir, "p");
        ASSERT_TRUE(project) << project.error().message;
        std::vector<data::Problem> problems;
        for (int i = 0; i < rows; ++i) problems.push_back(problem(i));
        if (rows > 0) {
            store::DatasetInfo info;
            info.name = "sums";
            ASSERT_TRUE((*project)->datasets().create(info, problems));
        }
        const store::ProjectInfo info = (*project)->info();
        ASSERT_TRUE((*project)->close());
        m_dir = dir;
        m_engine->set_script(
            [dir](const engine::Request& request) { return applyEdit(dir, request); });
        m_session = std::make_unique<ProjectSession>(info, test::factoryOf(m_engine));
    }
    void openPage(int rows) {
        open(rows);
        m_page.reset(makeDatasetsPage(appContext(), nullptr));
        m_page->resize(1280, 800);
        m_page->show();
        m_page->setSession(m_session.get());
        m_page->open({.page = PageId::kData});
        if (rows == 0) return;
        ASSERT_TRUE(waitFor([&] {
            return table()->model()->rowCount() > 0 && part<RecordCard>("data.record")->row();
        }));
    }
    void TearDown() override {
        m_page.reset();
        m_session.reset();
    }
    template <typename T>
    T* part(const char* name) {
        T* found = m_page->findChild<T*>(QString::fromLatin1(name));
        EXPECT_NE(found, nullptr) << name;
        return found;
    }
    RowTable* table() { return part<RowTable>("data.table"); }
    QString cell(int row, int column) {
        return table()->model()->index(row, column).data().toString();
    }

    QTemporaryDir m_root;
    std::string m_dir;
    std::shared_ptr<engine::FakeEngine> m_engine = std::make_shared<engine::FakeEngine>();
    std::unique_ptr<ProjectSession> m_session;
    std::unique_ptr<Page> m_page;
};

TEST_F(DatasetsTest, RowsComePageByPageAndCanBeSearchedAndSorted) {
    open(1200);
    DatasetRowsModel model;
    model.setReader(&m_session->store());
    model.setQuery({.dataset = "sums"});
    ASSERT_TRUE(waitFor([&] { return model.rowCount() == 500 && model.total(); }));
    EXPECT_EQ(*model.total(), 1200);
    EXPECT_EQ(model.at(0)->id, "row-10000");
    model.fetchMore({});
    ASSERT_TRUE(waitFor([&] { return model.rowCount() == 1000; }));
    model.fetchMore({});
    ASSERT_TRUE(waitFor([&] { return model.rowCount() == 1200 && model.isComplete(); }));
    model.sort(DatasetRowsModel::kId, Qt::DescendingOrder);
    ASSERT_TRUE(waitFor([&] { return model.rowCount() == 500; }));
    EXPECT_EQ(model.at(0)->id, "row-11199");
    RowQuery query = model.query();
    query.filter.text = "777 and";
    model.setQuery(query);
    ASSERT_TRUE(waitFor([&] { return model.rowCount() == 1 && model.isComplete(); }));
    EXPECT_EQ(model.at(0)->id, "row-10777");
}

TEST_F(DatasetsTest, TheRowsKeepTheRulesOfAModel) {
    open(1200);
    DatasetRowsModel model;
    // It asks for more rows at every change, so this model reads itself to its end.
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setReader(&m_session->store());
    model.setQuery({.dataset = "sums"});
    ASSERT_TRUE(waitFor([&] { return model.rowCount() == 1200 && model.isComplete(); }));
    model.refresh();
    model.sort(DatasetRowsModel::kLevel, Qt::AscendingOrder);
    EXPECT_TRUE(waitFor([&] { return model.rowCount() == 1200 && model.isComplete(); }));
}

TEST_F(DatasetsTest, AnEditChangesTheRowInItsPlaceAndUndoTakesItBack) {
    openPage(20);
    table()->selectRow(3);
    auto* record = part<RecordCard>("data.record");
    ASSERT_TRUE(waitFor([&] { return record->row() && record->row()->problem.id == "row-10003"; }));
    record->edit();
    part<QLineEdit>("data.record.edit.gold")->setText(QStringLiteral("99"));
    part<QLineEdit>("data.record.edit.tags")->setText(QStringLiteral("b, a"));
    part<QPushButton>("data.record.save")->click();
    ASSERT_TRUE(waitFor([&] { return cell(3, DatasetRowsModel::kGold) == QStringLiteral("99"); }));
    EXPECT_EQ(cell(3, DatasetRowsModel::kTags), QStringLiteral("a, b"));
    EXPECT_EQ(table()->currentIndex().row(), 3);
    ASSERT_TRUE(waitFor([&] { return part<QToolButton>("data.undo")->isEnabled(); }));
    part<QToolButton>("data.undo")->click();
    ASSERT_TRUE(waitFor([&] { return cell(3, DatasetRowsModel::kGold) == QStringLiteral("4"); }));
    ASSERT_TRUE(waitFor([&] { return part<QToolButton>("data.redo")->isEnabled(); }));
    part<QToolButton>("data.redo")->click();
    EXPECT_TRUE(waitFor([&] { return cell(3, DatasetRowsModel::kGold) == QStringLiteral("99"); }));
}

TEST_F(DatasetsTest, CurateModeWorksWithOneKeyForEachDecision) {
    openPage(6);
    part<QPushButton>("data.curate.start")->click();
    auto* curate = part<CurateView>("data.curate");
    const auto shows = [&](const char* id) {
        return waitFor([&] {
            return part<QPlainTextEdit>("data.curate.question")
                ->toPlainText()
                .contains(QString::fromLatin1(id));
        });
    };
    ASSERT_TRUE(shows("is 0 and"));
    QTest::keyClick(curate, Qt::Key_X);
    ASSERT_TRUE(shows("is 1 and"));
    QTest::keyClick(curate, Qt::Key_Space);
    ASSERT_TRUE(shows("is 2 and"));
    QTest::keyClick(curate, Qt::Key_A);
    ASSERT_TRUE(shows("is 3 and"));
    QTest::keyClick(curate, Qt::Key_F);
    ASSERT_TRUE(shows("is 4 and"));
    const auto state = [&](int row) { return cell(row, DatasetRowsModel::kStatus); };
    EXPECT_TRUE(waitFor([&] {
        return state(0) == QStringLiteral("rejected") && state(3) == QStringLiteral("to review");
    }));
    QTest::keyClick(curate, Qt::Key_Backspace);
    EXPECT_TRUE(waitFor([&] { return state(3) == QStringLiteral("accepted"); }));
    ASSERT_TRUE(shows("is 3 and"));
    QTest::keyClick(curate, Qt::Key_Escape);
    EXPECT_TRUE(waitFor([&] { return table()->isVisible(); }));
}

TEST_F(DatasetsTest, FiltersShowOnlyWhatFits) {
    openPage(10);
    auto* status = part<QComboBox>("data.status");
    status->setCurrentIndex(status->findData(QStringLiteral("rejected")));
    emit status->activated(status->currentIndex());
    // The rows are gone at once; that there are none is said when the answer is there.
    EXPECT_TRUE(waitFor([&] { return !table()->isVisible(); }));
    EXPECT_EQ(table()->model()->rowCount(), 0);
    status->setCurrentIndex(0);
    emit status->activated(0);
    EXPECT_TRUE(
        waitFor([&] { return table()->isVisible() && table()->model()->rowCount() == 10; }));
}

TEST_F(DatasetsTest, AnEmptyProjectOffersOneWayOn) {
    openPage(0);
    auto* empty = m_page->findChild<QPushButton*>(QStringLiteral("data.empty"));
    if (empty == nullptr) {
        empty = m_page->findChild<QPushButton*>(QStringLiteral("data.empty.action"));
    }
    ASSERT_NE(empty, nullptr);
    EXPECT_TRUE(waitFor([&] { return empty->isVisible(); }));
}

TEST_F(DatasetsTest, EveryControlHasANameOfItsOwn) {
    openPage(3);
    QSet<QString> names;
    for (const QWidget* widget : m_page->findChildren<QWidget*>()) {
        const bool isControl = widget->focusPolicy() != Qt::NoFocus && widget->isVisible() &&
                               !widget->objectName().startsWith(QStringLiteral("qt_"));
        if (!isControl) continue;
        EXPECT_FALSE(widget->objectName().isEmpty()) << widget->metaObject()->className();
        EXPECT_FALSE(names.contains(widget->objectName())) << widget->objectName().toStdString();
        names.insert(widget->objectName());
        EXPECT_FALSE(widget->accessibleName().isEmpty()) << widget->objectName().toStdString();
    }
}

TEST_F(DatasetsTest, ToolsProposeOneEditAndChangeNothingBefore) {
    open(3);
    {
        auto project = store::Project::open_writer(m_dir);
        ASSERT_TRUE(project);
        data::Edit edit;
        edit.kind = data::EditKind::kAdd;
        edit.dataset = "sums";
        data::Problem again = problem(1);
        again.id = "again";
        edit.add.push_back({.problem = again, .status = data::RowStatus::kOk});
        ASSERT_TRUE((*project)->dataset_editor().apply(edit));
        ASSERT_TRUE((*project)->close());
    }
    DatasetTools tools;
    tools.setSession(m_session.get());
    QSignalSpy found(&tools, &DatasetTools::found);
    tools.run(DatasetTools::Tool::kDuplicates, "sums");
    EXPECT_TRUE(tools.isBusy());
    ASSERT_TRUE(waitFor([&] { return found.count() == 1; }));
    const auto report = found.first().first().value<ToolReport>();
    ASSERT_TRUE(report.edit.has_value());
    EXPECT_EQ(report.edit->kind, data::EditKind::kPatch);
    ASSERT_EQ(report.edit->patches.size(), 1u);
    EXPECT_EQ(report.edit->patches[0].id, "again");
    EXPECT_TRUE(data::check_row_set(report.edit->patches[0].set));
    EXPECT_TRUE(data::validate(*report.edit));
    found.clear();
    tools.generate("new", "mod", 50, 1);
    ASSERT_TRUE(waitFor([&] { return found.count() == 1; }));
    const auto made = found.first().first().value<ToolReport>();
    ASSERT_TRUE(made.edit.has_value());
    EXPECT_EQ(made.edit->add.size(), 50u);
    EXPECT_TRUE(data::validate(*made.edit));
}

TEST(FindingText, NamesWhatWasFound) {
    data::ReviewItem item{.reason = "near_duplicate", .other = "row-7", .score = 0.91};
    EXPECT_TRUE(findingText(item).contains(QStringLiteral("row-7")));
    item.reason = "never_heard_of";
    EXPECT_EQ(findingText(item), QStringLiteral("never heard of"));
}

}  // namespace
}  // namespace veritune::app
