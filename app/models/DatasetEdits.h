// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ProjectSession.h"
#include "core/data/edit.h"
#include "core/engine/messages.h"
#include "core/util/result.h"

#include <QObject>
#include <QPointer>
#include <QString>

#include <cstdint>
#include <deque>
#include <functional>
#include <string>

namespace veritune::app {

/// What came of an edit.
struct EditOutcome {
    std::string dataset;  ///< a copy when the one that was meant is frozen
    std::int64_t rows = 0;
    QString label;
    bool isUndo = false;  ///< or redo
};

/// Every change of a data set goes through here to the engine, one after the other and in order: a
/// person may be faster than the disk. The window itself writes nothing.
/// threads  GUI thread; test  dataset_model_test.cpp
class DatasetEdits final : public QObject {
    Q_OBJECT
  public:
    explicit DatasetEdits(QObject* parent = nullptr);
    void setSession(ProjectSession* session);

    void apply(const data::Edit& edit);
    void undo(const std::string& dataset);
    void redo(const std::string& dataset);
    /// Every gold of the set against its own verifier; answered by goldsChecked().
    void checkGolds(const std::string& dataset);
    /// A dry run; nothing is written.
    void checkImport(const data::ImportRequest& request,
                     std::function<void(util::Result<data::DryRun>)> done);
    /// Ends what is under way and drops what waits.
    void cancel();
    bool isBusy() const { return m_isBusy; }
    int waiting() const { return static_cast<int>(m_queue.size()); }
    /// Of what is under way, 0..1; negative = not told.
    double fraction() const { return m_fraction; }

    /// The same change for these rows.
    static data::Edit setRows(const std::string& dataset,
                              std::vector<std::string> ids,
                              util::Json set);

  signals:
    void done(const veritune::app::EditOutcome& outcome);
    /// Rows whose gold fails are marked for review by now.
    void goldsChecked(qint64 checked, qint64 faults);
    void failed(const veritune::util::Error& error);
    void changed();

  private:
    using Work = std::function<void(const std::string& request)>;
    void enqueue(Work work);
    void next();
    void finish(util::Result<engine::DatasetEdited> reply, bool isUndo);

    QPointer<ProjectSession> m_session;
    std::deque<Work> m_queue;
    std::string m_request;
    bool m_isBusy = false;
    double m_fraction = -1.0;
    int m_count = 0;
};

}  // namespace veritune::app
