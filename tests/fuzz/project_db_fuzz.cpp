// SPDX-License-Identifier: Apache-2.0
// A project database from elsewhere. The input is a list of patches of a real one: four bytes of
// place, one of length, then that many bytes; a length of 255 cuts the file at the place.
#include "core/store/project.h"
#include "core/util/log.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/temp_dir.h"

#include <fstream>
#include <sstream>
#include <string>

namespace {

const std::string& real_database() {
    static const std::string bytes = [] {
        std::ostringstream text;
        text << std::ifstream(VERITUNE_SOURCE_DIR "/tests/data/store/v1.sqlite", std::ios::binary)
                    .rdbuf();
        return text.str();
    }();
    return bytes;
}

std::string patched(std::string_view input) {
    std::string bytes = real_database();
    while (input.size() >= 5 && !bytes.empty()) {
        std::uint32_t place = 0;
        for (int i = 0; i < 4; ++i) place = place << 8U | static_cast<unsigned char>(input[i]);
        const auto length = static_cast<unsigned char>(input[4]);
        input.remove_prefix(5);
        place %= bytes.size();
        if (length == 255) {
            bytes.resize(place);
            continue;
        }
        for (std::size_t i = 0; i < length && !input.empty(); ++i) {
            if (place + i < bytes.size()) bytes[place + i] = input[0];
            input.remove_prefix(1);
        }
    }
    return bytes;
}

/// Reads everything a client reads; refusals are fine.
void read_all(const veritune::store::Project& opened) {
    auto& project = const_cast<veritune::store::Project&>(opened);
    const veritune::store::RunReader& reader = project.reader();
    (void)project.datasets().list();
    const auto runs = reader.list_runs();
    if (!runs) return;
    for (const veritune::store::RunRecord& run : *runs) {
        (void)reader.stages(run.id);
        (void)reader.steps(run.id);
        (void)reader.events(run.id);
        (void)reader.checkpoints(run.id);
        (void)reader.metric_names(run.id);
        (void)reader.chain_notes(run.id);
        (void)reader.step_chains(run.id, "vrl", 1);
        (void)reader.chains(run.id, {});
    }
}

}  // namespace

VT_FUZZ_TARGET(project_db) {
    using namespace veritune;
    util::set_log_level(util::LogLevel::kError);
    const test::TempDir folder;
    {
        std::ofstream file(folder.file("project.sqlite"), std::ios::binary);
        const std::string bytes = patched(input);
        file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }
    // As the writer first: it migrates the old database, which reads and writes most of it.
    {
        const auto project = store::Project::open_writer(folder.path());
        if (project) read_all(**project);
    }
    const auto reader = store::Project::open_reader(folder.path());
    if (reader) read_all(**reader);
}
