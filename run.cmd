@echo off
rem Finds Python 3.11 or later and hands over to bootstrap.py, where everything else is said.
setlocal
py -3 -I -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul && goto launcher
python -I -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul && goto plain
echo Candour needs Python 3.11 or later, and found none. Install it from python.org, then run this again. 1>&2
exit /b 1
:launcher
py -3 -I "%~dp0bootstrap.py" %*
exit /b
:plain
python -I "%~dp0bootstrap.py" %*
exit /b
