<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_GB" sourcelanguage="en_GB">
<context>
    <name>ChainWords</name>
    <message numerus="yes">
        <source>All %Ln steps hold and the answer is right.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln bytes are not valid text.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln invisible characters are shown as marks.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>One line has %Ln characters and is wrapped.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Cut off after %Ln tokens.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>A passage is repeated %Ln times in a row.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::BenchModel</name>
    <message numerus="yes">
        <source>Red: %Ln wrong answers were accepted. A model would learn to give them.</source>
        <translation>
            <numerusform>Red: %Ln wrong answer was accepted. A model would learn to give it.</numerusform>
            <numerusform>Red: %Ln wrong answers were accepted. A model would learn to give them.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Red: %Ln verdicts changed when the case was checked again in another process.</source>
        <translation>
            <numerusform>Red: %Ln verdict changed when the case was checked again in another process.</numerusform>
            <numerusform>Red: %Ln verdicts changed when the case was checked again in another process.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Red: %Ln cases got no verdict. Look at them with “Not scored”.</source>
        <translation>
            <numerusform>Red: %Ln case got no verdict. Look at it with “Not scored”.</numerusform>
            <numerusform>Red: %Ln cases got no verdict. Look at them with “Not scored”.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Red: %Ln reference answers cannot be written as an answer.</source>
        <translation>
            <numerusform>Red: %Ln reference answer cannot be written as an answer.</numerusform>
            <numerusform>Red: %Ln reference answers cannot be written as an answer.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %Ln wrong answers were refused. 500 would prove more.</source>
        <translation>
            <numerusform>%Ln wrong answer was refused. 500 would prove more.</numerusform>
            <numerusform>All %Ln wrong answers were refused. 500 would prove more.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Green: all %Ln wrong answers were refused, and no verdict changed.</source>
        <translation>
            <numerusform>Green: %Ln wrong answer was refused, and no verdict changed.</numerusform>
            <numerusform>Green: all %Ln wrong answers were refused, and no verdict changed.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::BenchPage</name>
    <message numerus="yes">
        <source>%Ln cases were saved.</source>
        <translation>
            <numerusform>%Ln case was saved.</numerusform>
            <numerusform>%Ln cases were saved.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::ChainActions</name>
    <message numerus="yes">
        <source>Written again, all %Ln chains of the step came out the same.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::ChainExportDialog</name>
    <message numerus="yes">
        <source>All %Ln chains of the list</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln chains were written to %1.</source>
        <extracomment>%n chains, %1 name of a file</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::ChainsPage</name>
    <message numerus="yes">
        <source>Searching: %Ln chains so far</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln chains</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln chains are marked for comparison.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Only the %Ln chains of a finding</source>
        <extracomment>a filter that is on: the chains that an alarm of the run names</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::CurveReadout</name>
    <message numerus="yes">
        <source>and %n more</source>
        <comment>curves</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::CurveView</name>
    <message numerus="yes">
        <source>The last %n point(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::DatasetTools</name>
    <message numerus="yes">
        <source>%Ln rows repeat another row</source>
        <translation>
            <numerusform>%Ln row repeats another row</numerusform>
            <numerusform>%Ln rows repeat another row</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of them word for word.</source>
        <translation>
            <numerusform>%Ln of them word for word.</numerusform>
            <numerusform>%Ln of them word for word.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows may tell who a person is</source>
        <translation>
            <numerusform>%Ln row may tell who a person is</numerusform>
            <numerusform>%Ln rows may tell who a person is</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows change their use.</source>
        <translation>
            <numerusform>%Ln row changes its use.</numerusform>
            <numerusform>%Ln rows change their use.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln problems are ready</source>
        <translation>
            <numerusform>%Ln problem is ready</numerusform>
            <numerusform>%Ln problems are ready</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows were left out because of their licence.</source>
        <translation>
            <numerusform>%Ln row was left out because of its licence.</numerusform>
            <numerusform>%Ln rows were left out because of their licence.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows have no worked solution and were left out.</source>
        <translation>
            <numerusform>%Ln row has no worked solution and was left out.</numerusform>
            <numerusform>%Ln rows have no worked solution and were left out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows were written</source>
        <translation>
            <numerusform>%Ln row was written</numerusform>
            <numerusform>%Ln rows were written</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::DatasetsPage</name>
    <message numerus="yes">
        <source>%Ln reference answers do not hold</source>
        <translation>
            <numerusform>%Ln reference answer does not hold</numerusform>
            <numerusform>%Ln reference answers do not hold</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %Ln reference answers hold</source>
        <translation>
            <numerusform>%Ln reference answer holds</numerusform>
            <numerusform>All %Ln reference answers hold</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n data sets in this project</source>
        <translation>
            <numerusform>%n data set in this project</numerusform>
            <numerusform>%n data sets in this project</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows</source>
        <translation>
            <numerusform>%Ln row</numerusform>
            <numerusform>%Ln rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln chosen rows</source>
        <translation>
            <numerusform>%Ln chosen row</numerusform>
            <numerusform>%Ln chosen rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows imported</source>
        <translation>
            <numerusform>%Ln row imported</numerusform>
            <numerusform>%Ln rows imported</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows added</source>
        <translation>
            <numerusform>%Ln row added</numerusform>
            <numerusform>%Ln rows added</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows deleted</source>
        <translation>
            <numerusform>%Ln row deleted</numerusform>
            <numerusform>%Ln rows deleted</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows changed</source>
        <translation>
            <numerusform>%Ln row changed</numerusform>
            <numerusform>%Ln rows changed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Taken back or made again: %Ln rows.</source>
        <translation>
            <numerusform>Taken back or made again: %Ln row.</numerusform>
            <numerusform>Taken back or made again: %Ln rows.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Done: %Ln rows.</source>
        <translation>
            <numerusform>Done: %Ln row.</numerusform>
            <numerusform>Done: %Ln rows.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::DoctorPanel</name>
    <message numerus="yes">
        <source>Show the %Ln chains that prove it</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::EvaluateModel</name>
    <message numerus="yes">
        <source>Counted on %Ln common problems only.</source>
        <translation>
            <numerusform>Counted on %Ln common problem only.</numerusform>
            <numerusform>Counted on %Ln common problems only.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::EvaluatePage</name>
    <message numerus="yes">
        <source>On the %Ln problems that both have.</source>
        <translation>
            <numerusform>On the %Ln problem that both have.</numerusform>
            <numerusform>On the %Ln problems that both have.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n results. Choose two of one table to compare them.</source>
        <translation>
            <numerusform>%n result. Choose two of one table to compare them.</numerusform>
            <numerusform>%n results. Choose two of one table to compare them.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::ExplainPanel</name>
    <message numerus="yes">
        <source>%Ln steps were checked</source>
        <translation>
            <numerusform>%Ln step was checked</numerusform>
            <numerusform>%Ln steps were checked</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln operations</source>
        <translation>
            <numerusform>%Ln operation</numerusform>
            <numerusform>%Ln operations</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::GroupStrip</name>
    <message numerus="yes">
        <source>%1 of %n question(s) have a correct chain</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::GroupView</name>
    <message numerus="yes">
        <source>%Ln texts for this task, %1 of them correct.</source>
        <extracomment>%n texts for one task, %1 how many are correct</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All begin with the same %Ln characters.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::HeatStrip</name>
    <message numerus="yes">
        <source>%1: mean %2 over %Ln tokens</source>
        <extracomment>%1 what is measured, %2 a number, %n tokens</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::ImportDialog</name>
    <message numerus="yes">
        <source>%Ln rows cannot be used.</source>
        <translation>
            <numerusform>%Ln row cannot be used.</numerusform>
            <numerusform>%Ln rows cannot be used.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Import %Ln rows</source>
        <translation>
            <numerusform>Import %Ln row</numerusform>
            <numerusform>Import %Ln rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::PrivacySection</name>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n other than AF_UNIX</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>AF_UNIX only (%n)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ways out of this computer were tried, and the kernel refused every one.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::RunsModel</name>
    <message numerus="yes">
        <source>Measured on %n answers.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n held-out results</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::RunsPage</name>
    <message numerus="yes">
        <source>%n rows are copied.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n runs in this project</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::SetupPage</name>
    <message numerus="yes">
        <source>(%n more to do)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n settings differ from %1</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::SimpleSetup</name>
    <message numerus="yes">
        <source>%n parameters</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>… and %n more lines</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 (%n rows)</source>
        <extracomment>%1 name of a data set; %n its rows</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n lines cannot be used.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rows can be used; %1 of them are kept out of training.</source>
        <extracomment>%n rows of a data file can be used; %1 of them are held out</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rows have a worked solution: the run begins by showing them.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show the %n lines that cannot be used</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::TimeView</name>
    <message numerus="yes">
        <source>%Ln attempts at this task over the run, %1 of them correct.</source>
        <extracomment>%n attempts at one task, %1 how many were correct</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>veritune::app::VerdictPanel</name>
    <message numerus="yes">
        <source>%Ln steps were checked</source>
        <translation>
            <numerusform>%Ln step was checked</numerusform>
            <numerusform>%Ln steps were checked</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln tokens</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
</TS>
