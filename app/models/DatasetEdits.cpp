// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/DatasetEdits.h"

#include "app/PlainText.h"

#include <QCoreApplication>

#include <utility>

namespace veritune::app {

DatasetEdits::DatasetEdits(QObject* parent)
    : QObject(parent) {}

void DatasetEdits::setSession(ProjectSession* session) {
    m_queue.clear();
    m_isBusy = false;
    m_fraction = -1.0;
    m_session = session;
    if (session == nullptr) return;
    connect(&session->engine(),
            &EngineService::progressed,
            this,
            [this](const engine::Progress& progress) {
                // The notice of such a request carries the request in the place of a stage.
                if (progress.stage != m_request) return;
                m_fraction = progress.fraction;
                emit changed();
            });
}

data::Edit DatasetEdits::setRows(const std::string& dataset,
                                 std::vector<std::string> ids,
                                 util::Json set) {
    data::Edit edit;
    edit.kind = data::EditKind::kSet;
    edit.dataset = dataset;
    edit.rows.ids = std::move(ids);
    edit.set = std::move(set);
    return edit;
}

void DatasetEdits::enqueue(Work work) {
    if (!m_session) return;
    m_queue.push_back(std::move(work));
    next();
}

void DatasetEdits::next() {
    if (m_isBusy || !m_session) return;
    if (m_queue.empty()) {
        emit changed();
        return;
    }
    m_isBusy = true;
    m_fraction = -1.0;
    m_request = "studio-data-" + std::to_string(QCoreApplication::applicationPid()) + "-" +
                std::to_string(++m_count);
    const Work work = std::move(m_queue.front());
    m_queue.pop_front();
    work(m_request);
    emit changed();
}

void DatasetEdits::finish(util::Result<engine::DatasetEdited> reply, bool isUndo) {
    m_isBusy = false;
    if (!reply) {
        // What was to come after it was meant for the set as it would have been.
        m_queue.clear();
        emit failed(reply.error());
    } else {
        emit done({.dataset = reply->dataset,
                   .rows = reply->rows,
                   .label = oneLine(reply->label),
                   .isUndo = isUndo});
    }
    next();
}

void DatasetEdits::apply(const data::Edit& edit) {
    enqueue([this, edit](const std::string& request) {
        m_session->engine().call<engine::DatasetEdited>(
            this,
            [request, json = data::edit_to_json(edit)](engine::Engine& engine) {
                return engine.edit_dataset({.request = request, .edit = json});
            },
            [this](util::Result<engine::DatasetEdited> reply) { finish(std::move(reply), false); });
    });
}

void DatasetEdits::undo(const std::string& dataset) {
    enqueue([this, dataset](const std::string&) {
        m_session->engine().call<engine::DatasetEdited>(
            this,
            [dataset](engine::Engine& engine) {
                return engine.undo_edit({.dataset = dataset, .redo = false});
            },
            [this](util::Result<engine::DatasetEdited> reply) { finish(std::move(reply), true); });
    });
}

void DatasetEdits::redo(const std::string& dataset) {
    enqueue([this, dataset](const std::string&) {
        m_session->engine().call<engine::DatasetEdited>(
            this,
            [dataset](engine::Engine& engine) {
                return engine.undo_edit({.dataset = dataset, .redo = true});
            },
            [this](util::Result<engine::DatasetEdited> reply) { finish(std::move(reply), true); });
    });
}

void DatasetEdits::checkGolds(const std::string& dataset) {
    enqueue([this, dataset](const std::string& request) {
        m_session->engine().call<engine::GoldsChecked>(
            this,
            [request, dataset](engine::Engine& engine) {
                return engine.check_golds({.request = request, .dataset = dataset});
            },
            [this](util::Result<engine::GoldsChecked> reply) {
                m_isBusy = false;
                if (reply) {
                    emit goldsChecked(reply->checked, reply->faults);
                } else {
                    emit failed(reply.error());
                }
                next();
            });
    });
}

void DatasetEdits::checkImport(const data::ImportRequest& request,
                               std::function<void(util::Result<data::DryRun>)> done) {
    enqueue([this, request, done = std::move(done)](const std::string& name) {
        m_session->engine().call<engine::ImportChecked>(
            this,
            [name, json = data::import_request_to_json(request)](engine::Engine& engine) {
                return engine.check_import({.request = name, .import = json});
            },
            [this, done](util::Result<engine::ImportChecked> reply) {
                m_isBusy = false;
                if (!reply) {
                    done(reply.error());
                } else {
                    done(data::dry_run_from_json(reply->report));
                }
                next();
            });
    });
}

void DatasetEdits::cancel() {
    m_queue.clear();
    if (!m_isBusy || !m_session) return;
    m_session->engine().tell(
        this,
        [request = m_request](engine::Engine& engine) {
            return engine.cancel({.request = request});
        },
        [](const util::Status&) {});
}

}  // namespace veritune::app
