// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/data_generate.h"

#include "core/generate/item_maker.h"
#include "core/programs/cli/project_access.h"
#include "core/programs/cli/validators.h"
#include "core/verify/sandbox_probe.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace veritune::cli {

namespace {

using generate::Family;
using generate::Item;
using generate::Language;

std::vector<Language> languages_of(const FamilyCall& call) {
    if (call.language == "both") return {Language::kEnglish, Language::kGerman};
    return {call.language == "de" ? Language::kGerman : Language::kEnglish};
}

util::Result<std::vector<const Family*>> families_of(const FamilyCall& call) {
    std::vector<const Family*> chosen;
    if (!call.benchmark) {
        VT_ASSIGN(const Family* family, generate::find_family(call.family));
        chosen.push_back(family);
        return chosen;
    }
    for (const Family& family : generate::families()) {
        if (family.field != generate::Field::kOffice) chosen.push_back(&family);
    }
    return chosen;
}

util::Result<std::vector<Item>> make_items(Context& context, const FamilyCall& call) {
    VT_ASSIGN(const std::vector<const Family*> chosen, families_of(call));
    const int count = call.benchmark ? generate::kItemsPerLevel : call.count;
    const int first = call.benchmark || call.level == 0 ? 1 : call.level;
    const int last = call.benchmark || call.level == 0 ? generate::kLevels : call.level;
    generate::ItemMaker maker(call.seed);
    std::vector<Item> items;
    for (const Family* family : chosen) {
        for (int level = first; level <= last; ++level) {
            for (int index = 0; index < count; ++index) {
                for (const Language language : languages_of(call)) {
                    VT_ASSIGN(Item item, maker.item(*family, level, index, language));
                    items.push_back(std::move(item));
                }
            }
        }
        context.out.say(std::string(family->id) + ": done");
    }
    return items;
}

bool runs_programs(const Item& item) {
    const auto verifier = verify::find_verifier(item.problem.verifier);
    return verifier && (*verifier)->runs_programs();
}

/// Every program item with a runner, on all cores; the first fault in the order of the items.
util::Result<std::int64_t> verify_programs(Context& context, const std::vector<Item>& items) {
    std::vector<const Item*> programs;
    for (const Item& item : items) {
        if (runs_programs(item)) programs.push_back(&item);
    }
    const unsigned threads = std::max(1U, std::thread::hardware_concurrency());
    verify::LazySandbox sandbox(
        {.program = util::join_path(context.env.program_dir, "veritune-sandbox"),
         .parallel = static_cast<int>(threads),
         .extra_arguments = {}});
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    std::optional<std::pair<std::size_t, util::Error>> fault;
    const auto work = [&] {
        for (std::size_t i = next++; i < programs.size(); i = next++) {
            const util::Status checked = generate::check_item(*programs[i], &sandbox);
            if (checked) continue;
            const std::lock_guard lock(mutex);
            if (!fault || i < fault->first) fault.emplace(i, checked.error());
            next = programs.size();
        }
    };
    {
        std::vector<std::jthread> pool;
        for (unsigned i = 0; i < threads; ++i) pool.emplace_back(work);
    }
    if (fault) return fault->second;
    return static_cast<std::int64_t>(programs.size());
}

util::Status write_cases(Context& context, const FamilyCall& call, const std::vector<Item>& items) {
    std::string text;
    for (const Item& item : items) {
        const auto verifier = verify::find_verifier(item.problem.verifier);
        VT_CHECK(verifier.has_value());
        const auto gold = (*verifier)->gold_completion(verify::request_for(item.problem));
        if (gold) text += util::canonical_json(generate::case_row(item, *gold, true)) + "\n";
        for (const std::string& wrong : item.wrong) {
            text += util::canonical_json(generate::case_row(item, wrong, false)) + "\n";
        }
    }
    return util::atomic_write(context.fs, absolute_path(context, call.cases), text);
}

}  // namespace

void add_family_options(CLI::App& verb, FamilyCall& call) {
    verb.add_option(
        "--family", call.family, "A family of the benchmark or the office pack (--list)");
    verb.add_option("--level", call.level, "Difficulty 1 to 5 (default: all)")
        ->check(whole_number(1, 5));
    verb.add_option("--n", call.count, "Problems of each level")
        ->capture_default_str()
        ->check(whole_number(1, 100'000));
    verb.add_option("--lang", call.language, "Language of the prompts: en, de or both")
        ->capture_default_str()
        ->check(CLI::IsMember({"en", "de", "both"}));
    verb.add_flag("--benchmark",
                  call.benchmark,
                  "All 50 families, 40 problems of each level: 10,000 problems");
    verb.add_flag("--list", call.list, "List the families");
    verb.add_flag("--verify", call.verify, "Run the programs of code families in the sandbox too");
    verb.add_option(
            "--cases", call.cases, "Also write golds and wrong answers for `veritune verify run`")
        ->type_name("FILE");
}

util::Result<std::vector<data::Problem>> make_family_problems(Context& context,
                                                              const FamilyCall& call,
                                                              util::Json& report) {
    VT_ASSIGN(std::vector<Item> items, make_items(context, call));
    report["benchmark"] = generate::kBenchmarkVersion;
    report["set_sha256"] = generate::set_hash(items);
    context.out.text("Set " + generate::set_hash(items));
    if (call.verify) {
        VT_ASSIGN(const std::int64_t programs, verify_programs(context, items));
        report["programs_verified"] = programs;
        context.out.text(format_count(programs) + " problems verified with their programs.");
    }
    if (!call.cases.empty()) VT_TRY(write_cases(context, call, items));
    std::vector<data::Problem> problems;
    problems.reserve(items.size());
    for (Item& item : items) problems.push_back(std::move(item.problem));
    return problems;
}

void show_families(Context& context) {
    TextTable table({{"family", TextTable::Align::kLeft},
                     {"field", TextTable::Align::kLeft},
                     {"problems", TextTable::Align::kLeft}});
    util::Json rows = util::Json::array();
    for (const Family& family : generate::families()) {
        const std::string field(generate::field_name(family.field));
        table.add({std::string(family.id), field, std::string(family.title)});
        rows.push_back({{"family", family.id}, {"field", field}, {"title", family.title}});
    }
    context.out.text(table.render());
    context.out.result(rows);
}

}  // namespace veritune::cli
