// SPDX-License-Identifier: Apache-2.0
#include "core/verify/chain_arithmetic_verifier.h"
#include "core/verify/checksum_verifier.h"
#include "core/verify/choice_verifier.h"
#include "core/verify/citation_verifier.h"
#include "core/verify/code_python_verifier.h"
#include "core/verify/composition_verifier.h"
#include "core/verify/date_verifier.h"
#include "core/verify/deadline_verifier.h"
#include "core/verify/duration_verifier.h"
#include "core/verify/entail3_verifier.h"
#include "core/verify/equiv_formula_verifier.h"
#include "core/verify/format_verifier.h"
#include "core/verify/formula_verifier.h"
#include "core/verify/grid_verifier.h"
#include "core/verify/integer_verifier.h"
#include "core/verify/json_schema_verifier.h"
#include "core/verify/kk_verifier.h"
#include "core/verify/list_verifier.h"
#include "core/verify/math_verifier.h"
#include "core/verify/numeric_unit_verifier.h"
#include "core/verify/numeric_verifier.h"
#include "core/verify/path_verifier.h"
#include "core/verify/plan_verifier.h"
#include "core/verify/regex_verifier.h"
#include "core/verify/sat_logic_verifier.h"
#include "core/verify/text_exact_verifier.h"
#include "core/verify/verifier.h"
#include "core/verify/z3_verifier.h"

namespace veritune::verify {

const std::vector<const Verifier*>& all_verifiers() {
    static const ChainArithmeticVerifier chain_arithmetic;
    static const IntegerVerifier integer;
    static const NumericVerifier numeric;
    static const MathVerifier math;
    static const ChoiceVerifier choice;
    static const TextExactVerifier text_exact;
    static const CodePythonVerifier code_python;
    static const NumericUnitVerifier numeric_unit;
    static const ListVerifier list(false);
    static const ListVerifier set(true);
    static const DateVerifier date;
    static const DeadlineVerifier deadline;
    static const DurationVerifier duration;
    static const FormulaVerifier formula;
    static const ChecksumVerifier checksum;
    static const CitationVerifier citation;
    static const JsonSchemaVerifier json_schema;
    static const RegexVerifier regex;
    static const KkVerifier kk;
    static const CompositionVerifier all_of(Composition::kAllOf);
    static const CompositionVerifier any_of(Composition::kAnyOf);
    static const CompositionVerifier weighted(Composition::kWeighted);
    static const SatLogicVerifier sat_logic;
    static const GridVerifier grid;
    static const PathVerifier path;
    static const PlanVerifier plan;
    static const Z3Verifier z3;
    static const Entail3Verifier entail3;
    static const EquivFormulaVerifier equiv_formula;
    static const FormatVerifier format;
    static const std::vector<const Verifier*> all = {
        &chain_arithmetic, &integer,   &numeric,     &math,  &choice,   &text_exact, &code_python,
        &numeric_unit,     &list,      &set,         &date,  &deadline, &duration,   &formula,
        &checksum,         &citation,  &json_schema, &regex, &kk,       &all_of,     &any_of,
        &weighted,         &sat_logic, &grid,        &path,  &plan,     &z3,         &entail3,
        &equiv_formula,    &format,
    };
    return all;
}

util::Result<const Verifier*> find_verifier(std::string_view id) {
    std::string known;
    for (const Verifier* verifier : all_verifiers()) {
        if (verifier->id() == id) return verifier;
        known += known.empty() ? "" : ", ";
        known += verifier->id();
    }
    return util::fail(util::ErrorCode::kNotFound,
                      "there is no such verifier; the known ones are: " + known,
                      std::string(id));
}

}  // namespace veritune::verify
