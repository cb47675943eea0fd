package suites

import "strings"

// Where the rules come from.
const (
	docServerSync = "https://developers.whmcs.com/provisioning-modules/server-sync/"
	docMetaData   = "https://developers.whmcs.com/provisioning-modules/meta-data-params/"
	docParameters = "https://developers.whmcs.com/provisioning-modules/module-parameters/"
	docMetrics    = "https://developers.whmcs.com/provisioning-modules/usage-metrics/"
	docUsage      = "https://developers.whmcs.com/provisioning-modules/usage-update/"
	docFunctions  = "https://developers.whmcs.com/provisioning-modules/supported-functions/"
	docNaming     = "https://developers.whmcs.com/provisioning-modules/getting-started/"
	docOptions    = "https://developers.whmcs.com/provisioning-modules/config-options/"
	docLoader     = "https://developers.whmcs.com/provisioning-modules/loader-functions/"
	docStyle      = "https://developers.whmcs.com/modules/style-guide/"
	docProperties = "https://developers.whmcs.com/provisioning-modules/service-properties/"
	docSync       = "https://docs.whmcs.com/servers/sync-accounts"
	docErrors     = "https://docs.whmcs.com/Error_Management"
	docPHP        = "https://docs.whmcs.com/system/php/php-version-compatibility"
	docLogging    = "https://developers.whmcs.com/provisioning-modules/module-logging/"
	docLogs       = "https://developers.whmcs.com/advanced/logging/"
	docCore       = "https://developers.whmcs.com/provisioning-modules/core-module-functions/"
	docClients    = "https://developers.whmcs.com/api-reference/addclient/"
	docLocalAPI   = "https://developers.whmcs.com/api/internal-api/"
	docUpgrade8   = "https://developers.whmcs.com/advanced/upgrade-to-whmcs-8/"
	docZeroDates  = "http://dev.mysql.com/worklog/task/?id=8596"

	sampleModule = "https://github.com/WHMCS/sample-provisioning-module/blob/master/modules/servers/provisioningmodule/provisioningmodule.php"
	sampleTest   = "https://github.com/WHMCS/sample-provisioning-module/blob/master/tests/WHMCSModuleTest.php"

	phpInclude    = "https://www.php.net/manual/en/function.include.php"
	phpExit       = "https://www.php.net/manual/en/function.exit.php"
	phpThrowable  = "https://www.php.net/manual/en/class.throwable.php"
	phpNamespaces = "https://www.php.net/manual/en/language.namespaces.rules.php"
	phpMigration  = "https://www.php.net/manual/en/appendices.php"
	phpDeprecated = "https://www.php.net/manual/en/errorfunc.constants.php"
	phpIni        = "https://www.php.net/manual/en/function.ini-set.php"
	phpArrays     = "https://www.php.net/manual/en/language.types.array.php"
	phpLocale     = "https://www.php.net/manual/en/function.setlocale.php"
	phpIntegers   = "https://www.php.net/manual/en/language.types.integer.php"
	phpTimeZones  = "https://www.php.net/manual/en/datetimeimmutable.settimezone.php"
	phpDates      = "https://www.php.net/manual/en/datetimeimmutable.createfromformat.php"
	phpCurlExec   = "https://www.php.net/manual/en/function.curl-exec.php"
	phpJSONDecode = "https://www.php.net/manual/en/function.json-decode.php"
	phpStatic     = "https://www.php.net/manual/en/language.variables.scope.php"
	phpBooleans   = "https://www.php.net/manual/en/language.types.boolean.php"
	phpTempNam    = "https://www.php.net/manual/en/function.tempnam.php"
	phpServerVars = "https://www.php.net/manual/en/reserved.variables.server.php"
	phpURLEncode  = "https://www.php.net/manual/en/function.rawurlencode.php"
	phpLimits     = "https://www.php.net/manual/en/info.configuration.php"
	phpSockets    = "https://www.php.net/manual/en/filesystem.configuration.php"
	ipv6Literals  = "https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2"
	phpJSON       = "https://www.php.net/manual/en/function.json-encode.php"

	composerRuntime = "https://getcomposer.org/doc/articles/autoloader-optimization.md"
	curlTimeout     = "https://curl.se/libcurl/c/CURLOPT_TIMEOUT.html"
	curlRedirects   = "https://curl.se/libcurl/c/CURLOPT_UNRESTRICTED_AUTH.html"
	curlVerify      = "https://curl.se/libcurl/c/CURLOPT_SSL_VERIFYPEER.html"
	guzzleUpgrade   = "https://github.com/guzzle/guzzle/blob/7.9/UPGRADING.md"
	guzzleOptions   = "https://docs.guzzlephp.org/en/stable/request-options.html"
	httpStatus      = "https://www.rfc-editor.org/rfc/rfc9110.html#name-status-codes"
	httpEncoding    = "https://www.rfc-editor.org/rfc/rfc9110.html#name-content-encoding"
	jsonBOM         = "https://www.rfc-editor.org/rfc/rfc8259#section-8.1"
	leakedSecrets   = "https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html"
	errorTexts      = "https://cheatsheetseries.owasp.org/cheatsheets/Error_Handling_Cheat_Sheet.html"
)

// sources lists addresses, one a line.
func sources(addresses ...string) string { return strings.Join(addresses, "\n") }

// missingRows is the documented effect that makes a wrong list dangerous.
const missingRows = "If the service record exists in WHMCS but does not exist on the server, the system will terminate the service in WHMCS and set the service status to Terminated."
