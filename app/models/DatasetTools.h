// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ProjectSession.h"
#include "core/data/edit.h"
#include "core/store/records.h"
#include "core/util/result.h"

#include <QObject>
#include <QPointer>
#include <QString>
#include <QTimer>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace veritune::app {

/// What a tool found, in words, and the one edit that would act on it. Nothing is changed before a
/// person agrees.
struct ToolReport {
    QString title;
    QString text;
    QString action;  ///< the verb of the edit
    std::optional<data::Edit> edit;
    bool isWarning = false;
};

/// Looks at a whole data set on a worker thread, with its own read-only connection: duplicates,
/// personal data, guessing, a split by cluster, problems of a generator, an export. One at a time;
/// cancel() is heard within a second.
/// threads  GUI thread; test  dataset_model_test.cpp
class DatasetTools final : public QObject {
    Q_OBJECT
  public:
    enum class Tool { kDuplicates, kPrivacy, kGuessing };

    explicit DatasetTools(QObject* parent = nullptr);
    ~DatasetTools() override;
    void setSession(ProjectSession* session);

    void run(Tool tool, const std::string& dataset);
    /// Percentages of the rows.
    void split(const std::string& dataset, int val, int test);
    void generate(const std::string& name, const std::string& family, qint64 count, quint64 seed);
    void exportSet(const store::DatasetInfo& info,
                   const QString& format,
                   const QString& licence,
                   const QString& path);
    void cancel();
    bool isBusy() const { return m_job != nullptr; }
    /// What is under way, in words.
    QString what() const { return m_what; }
    double fraction() const;

  signals:
    void found(const veritune::app::ToolReport& report);
    void failed(const veritune::util::Error& error);
    void changed();

  private:
    struct Job {
        std::stop_source stop;
        std::atomic<double> fraction = -1.0;
        std::string projectDir;
    };
    /// Runs on a pool thread; its sentences are made on the GUI thread, by `words`.
    template <typename T>
    void start(const QString& what,
               std::function<util::Result<T>(Job&)> work,
               std::function<ToolReport(const T&)> words);
    ToolReport duplicateWords(const std::string& dataset,
                              std::vector<data::RowPatch> patches,
                              std::int64_t exact) const;

    QPointer<ProjectSession> m_session;
    std::shared_ptr<Job> m_job;
    QString m_what;
    QTimer m_timer;
};

}  // namespace veritune::app
