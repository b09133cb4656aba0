// SPDX-License-Identifier: Apache-2.0
// What people do with data sets: edits, undo, the dry run of an import, the check of golds.
#include "core/data/edit.h"
#include "core/data/import.h"
#include "core/programs/engine/local_engine.h"
#include "core/store/gold_job.h"
#include "core/util/clock.h"
#include "core/verify/code_import.h"
#include "core/verify/verifier.h"

#include <utility>

namespace veritune::engine_program {

using util::ErrorCode;
using util::Result;

namespace {

engine::DatasetEdited to_message(const store::EditResult& result) {
    return {
        .edit = result.edit, .dataset = result.dataset, .rows = result.rows, .label = result.label};
}

/// The worker and the sandbox; without a verify service (tests) the file is read in this process.
void lend(VerifyService* verifiers, data::ImportWorker& worker, data::ImportHooks& hooks) {
    if (verifiers == nullptr) return;
    worker.program = util::join_path(verifiers->program_dir(), "veritune");
    verify::ProgramRunner* const runner = verifiers->runner();
    if (runner == nullptr) return;
    hooks.convert = verify::code_row_converter(*runner);
}

/// A message has a size; a person looks at fewer rows when they are long.
util::Json report_json(data::DryRun report) {
    constexpr std::size_t kMaxBytes = std::size_t{4} << 20;
    util::Json json = data::dry_run_to_json(report);
    while (!report.preview.empty() && json.dump().size() > kMaxBytes) {
        report.preview.resize(report.preview.size() / 2);
        json = data::dry_run_to_json(report);
    }
    return json;
}

}  // namespace

Result<std::stop_token> LocalEngine::begin_request(const std::string& request, bool beside_run) {
    const std::lock_guard lock(mutex_);
    if (!beside_run) VT_TRY(busy());
    return requests_[request].get_token();
}

void LocalEngine::end_request(const std::string& request) {
    const std::lock_guard lock(mutex_);
    requests_.erase(request);
}

void LocalEngine::publish_progress(const std::string& request, const char* phase, double fraction) {
    publish(engine::Progress{
        .run = 0, .stage = request, .step = 0, .phase = phase, .fraction = fraction});
}

Result<engine::DatasetEdited> LocalEngine::edit_dataset(const engine::EditDataset& request) {
    VT_ASSIGN(const data::Edit edit, data::edit_from_json(request.edit));
    const bool is_import = edit.kind == data::EditKind::kImport;
    VT_ASSIGN(const std::stop_token stop, begin_request(request.request, !is_import));
    store::EditHooks hooks{.stop = stop, .progress = {}, .import_worker = {}, .import = {}};
    hooks.progress = [&](double fraction) {
        publish_progress(request.request, "import", fraction);
    };
    if (is_import) lend(verifiers_, hooks.import_worker, hooks.import);
    Result<store::EditResult> result = store::EditResult{};
    const auto write = [&]() -> util::Status {
        result = store_->dataset_editor().apply(edit, hooks);
        return result ? util::Status() : util::Status(result.error());
    };
    std::shared_ptr<RunJob> job;
    {
        const std::lock_guard lock(mutex_);
        job = job_;
    }
    const util::Status written = job != nullptr ? job->between_steps(write) : work_->call(write);
    end_request(request.request);
    if (!written) return written.error();
    return to_message(*result);
}

Result<engine::DatasetEdited> LocalEngine::undo_edit(const engine::UndoEdit& request) {
    Result<store::EditResult> result = store::EditResult{};
    const auto write = [&]() -> util::Status {
        store::DatasetEditor& editor = store_->dataset_editor();
        result = request.redo ? editor.redo(request.dataset) : editor.undo(request.dataset);
        return result ? util::Status() : util::Status(result.error());
    };
    std::shared_ptr<RunJob> job;
    {
        const std::lock_guard lock(mutex_);
        job = job_;
    }
    VT_TRY(job != nullptr ? job->between_steps(write) : work_->call(write));
    return to_message(*result);
}

/// On the caller's thread: nothing is stored, so a run need not wait for it.
Result<engine::ImportChecked> LocalEngine::check_import(const engine::CheckImport& request) {
    VT_ASSIGN(const data::ImportRequest import, data::import_request_from_json(request.import));
    VT_ASSIGN(const std::stop_token stop, begin_request(request.request, true));
    data::ImportWorker worker;
    data::ImportHooks hooks;
    lend(verifiers_, worker, hooks);
    hooks.stop = stop;
    hooks.on_progress = [&](double fraction) {
        publish_progress(request.request, "import", fraction);
    };
    if (request.check_golds) {
        hooks.check =
            verify::import_gold_check(verifiers_ == nullptr ? nullptr : verifiers_->runner());
    }
    Result<data::DryRun> report = data::run_import(import, worker, hooks);
    end_request(request.request);
    if (!report) return report.error();
    return engine::ImportChecked{.report = report_json(std::move(report).value())};
}

Result<engine::GoldsChecked> LocalEngine::check_golds(const engine::CheckGolds& request) {
    VT_ASSIGN(const std::stop_token stop, begin_request(request.request, false));
    const std::int64_t start_us = util::system_clock().monotonic_us();
    const data::GoldCheck check =
        verify::import_gold_check(verifiers_ == nullptr ? nullptr : verifiers_->runner());
    auto result = work_->call([&] {
        return store::check_golds(store_->dataset_reader(),
                                  store_->dataset_editor(),
                                  request.dataset,
                                  check,
                                  {.stop = stop, .progress = [&](double fraction) {
                                       publish_progress(request.request, "check", fraction);
                                   }});
    });
    end_request(request.request);
    if (!result) return result.error();
    return engine::GoldsChecked{
        .checked = result->checked,
        .faults = result->faults,
        .seconds = static_cast<double>(util::system_clock().monotonic_us() - start_us) * 1e-6};
}

}  // namespace veritune::engine_program
