<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en_GB">
<context>
    <name>ErrorText</name>
    <message>
        <source>A value does not fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Correct the value that is named, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something is not where it should be</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check whether it was moved, renamed or deleted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name is taken</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another name or another folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A file is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was changed. Restore the file from a backup, or open another project.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This version cannot work with that</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use the version of Veritune that made it, or a newer one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Access was refused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check who owns the file or folder and what you may do there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk is full</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some space; what was saved before is safe.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk did not do what was asked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that the drive is connected, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The memory is used up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close other programs, or make the run smaller: fewer chains at once, shorter answers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is in use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wait until the other work has ended, or stop it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine does not answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start the engine again; every completed step is stored.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped as you asked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Veritune made a mistake</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the details and send them to whoever looks after Veritune.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Verdicts</name>
    <message>
        <source>Correct</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The verifier proved the answer right: reward 1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Incorrect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The verifier refused the answer: reward 0.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Partly correct</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A part of the answer is right: a share of the reward.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No answer could be found in the text: reward 0.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Over the limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checking the answer went over a limit: reward 0.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not scored: reference answer at fault</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The reference answer does not hold, so this chain never trains.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not scored</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Our machine failed here, not the answer; this chain never trains.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finished</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped and kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Interrupted, can be resumed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>veritune::app::Banner</name>
    <message>
        <source>Copy the details, without any content</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dismiss this message</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>veritune::app::CommandPalette</name>
    <message>
        <source>Type what you want to do</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search for an action, a page or a run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Matching actions</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>veritune::app::HelpPanel</name>
    <message>
        <source>Help</source>
        <comment>heading of the panel that explains the page and the focused control</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hide the help (F1)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>veritune::app::HomePage</name>
    <message>
        <source>Run the 2-minute demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run pauses after this step.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The self-check was copied.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Home</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start here. The demo trains a tiny model in front of your eyes and needs nothing but this computer. For your own questions, set up a run with a model folder and a file of questions whose answers can be checked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Right answers on questions it never saw: %1 at first, %2 at best.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This project has no run yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A run teaches a model with questions whose answers a verifier can check.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set up a run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run %1 is training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Watch it live</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run %1 is paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run %1 was interrupted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every completed step is stored; it goes on where it was.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume the run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run %1 failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look at the run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run %1 has learned something</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run %1 has ended</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look inside its chains</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The demonstration is being prepared.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Demonstration</source>
        <comment>name of the project that the demo makes</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a project folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Taken off the list. The project itself stays where it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>fine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>limited</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not checked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something is missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Network shut off for every Veritune program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sandbox for untrusted programs available</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Veritune</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Teach a reasoning model with answers that can be checked. Everything stays on this computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A tiny model learns arithmetic in front of your eyes. You see every answer and why it was right or wrong.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No GPU needed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start my project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a model folder and a file of questions with answers that can be checked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on with a project of yours, or drop its folder on this window.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause the run after this step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recent projects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter opens a project. Delete takes it off the list and never deletes anything from the disk.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Projects that you open appear here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check this computer again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the results of the check</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A verified answer satisfies the rule that was checked; it does not prove that the reasoning is right.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>veritune::app::MainWindow</name>
    <message>
        <source>Go to %1</source>
        <comment>palette entry; %1 is a page&apos;s name</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show or hide the help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use light colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use dark colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use high contrast</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open project %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start the engine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine stopped while a run was active</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every completed step is stored. Start the engine, then resume the run.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine has not answered for some seconds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It may be busy. If this stays, end it from the list of runs; the run can be resumed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 - Veritune</source>
        <comment>window title; %1 is the project&apos;s name</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Veritune</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only files and folders of this computer can be dropped here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This page has no use for that file</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>veritune::app::ProjectSession</name>
    <message>
        <source>This project cannot be written by you, so it is shown for reading only.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>veritune::app::SelfCheck</name>
    <message>
        <source>The self-check could not run: the program &quot;veritune&quot; is not beside this one.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>veritune::app::StatusStrip</name>
    <message>
        <source>No project open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Engine not running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Engine is starting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Engine ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run %1, step %2 of %3</source>
        <extracomment>%1 is the number of the run, %2 and %3 are numbers of steps</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Engine does not answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Engine was lost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine is the program that loads the model and trains. It keeps working when this window is closed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Computes on the CPU</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Network not blocked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The kernel refuses every network socket to this program. Click for the proof.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The kernel does not confirm the network block of this program. Click for details.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 free</source>
        <comment>free disk space</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
