// SPDX-License-Identifier: Apache-2.0
#include "core/verify/formula_verifier.h"
#include "core/verify/self_test_table.h"

namespace veritune::verify {

std::vector<SelfTest> FormulaVerifier::self_tests() const {
    return self_tests_of({
        {"22.9",
         R"js({"expression":"weight/height^2","inputs":{"weight":{"value":70,"unit":"kg"},"height":{"value":"175 cm","unit":"m","min":1,"max":2.5}},"unit":"kg/m2","decimals":1})js",
         {"22.9",
          "22.86",
          "22.9 kg/m2",
          "22.9 kg/m^2",
          "22.857 \\text{ kg/m}^2",
          "0.00229 kg/cm^2"},
         {"22.8", "23", "22.9 kg", "22.9 or 23.1", "", "BMI", "22.9 lb/ft2", "1e99999"}},
        {"72.9",
         R"js({"expression":"(140-age)*weight/(72*scr)*if(female=1,0.85,1)","inputs":{"age":50,"weight":"70","scr":"1.2","female":0},"unit":"mL/min","rtol":"0.01"})js",
         {"72.9", "72.92 mL/min", "73", "4.375 L/h"},
         {"62", "72.9 mg", "75", "-72.9"}},
        {"1050",
         R"js({"expression":"p*(1+r)^n","inputs":{"p":"1000 EUR","r":"5%","n":1},"unit":"EUR"})js",
         {"1050 EUR",
          "\xE2\x82\xAC"
          "1,050.00",
          "1050"},
         {"1050 USD", "1050.01", "1,000 EUR", "1051"}},
        {"3100",
         R"js({"expression":"bands(tax, income)","tables":{"tax":[[0,0],[10000,"0.1"],[30000,"0.11"]]},"inputs":{"income":40000}})js",
         {"3100", "3,100.00"},
         {"4400", "3000"}},
        {"null",
         R"js({"expression":"sqrt(2)*exp(0)+ln(1)"})js",
         {"1.41", "1.4142", "1.414213562373"},
         {"1.4", "1.42", "1.41422", "2"}},
        {"7",
         R"js({"expression":"lookup(points, age) + max(1, min(2, 3)) + floor(2.7) + ceil(0.2) + round(0.5)","tables":{"points":[[0,1],[65,2],[75,3]]},"inputs":{"age":70}})js",
         {"7", "7.0"},
         {"8", "6", "7.01"}},
        {"12",
         R"js({"expression":"if(x > 0 and not x = 2, 12, 1/0)","inputs":{"x":1}})js",
         {"\\boxed{12}", "The answer is 12."},
         {"\\boxed{13}", "<think>12"},
         "reward_strict"},
    });
}

}  // namespace veritune::verify
