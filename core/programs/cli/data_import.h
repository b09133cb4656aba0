// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/import.h"
#include "core/programs/cli/command.h"

#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace veritune::cli {

/// `veritune data import`: the dry run, and the one edit that accepts it.
class DataImport {
  public:
    void declare(CLI::App& app);
    util::Result<int> run(Context& context);

  private:
    util::Result<data::ImportRequest> request(const Context& context) const;
    util::Result<int> look(Context& context, const data::ImportRequest& request);
    util::Result<int> accept(Context& context, const data::ImportRequest& request);
    util::Result<int> refuse(Context& context, const data::DryRun& report) const;
    util::Status write_errors(Context& context) const;
    data::ImportHooks hooks(Context& context);
    bool is_bad(const data::DryRun& report) const;

    std::string file_;
    std::string name_;
    std::string preset_;
    std::vector<std::string> map_;
    std::string verifier_;
    std::string params_;
    std::string profile_;
    std::string encoding_;
    std::string delimiter_;
    std::string decimal_mark_;
    std::string header_;
    std::string template_;
    std::string id_prefix_;
    std::string errors_file_;
    int val_percent_ = 0;
    int test_percent_ = 0;
    bool allow_errors_ = false;
    bool dry_run_ = false;
    bool accept_ = false;
    bool append_ = false;
    bool no_check_ = false;
    std::vector<data::RowError> errors_;  ///< all of them
    class Lender;
    std::shared_ptr<Lender> lender_;
};

}  // namespace veritune::cli
