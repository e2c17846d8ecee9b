namespace NanoIoT.Device.Telemetry
{
    /// <summary>Numbers as JSON with three decimals: the board's own text of a double is not .NET's.</summary>
    internal static class FixedPoint
    {
        private const double Limit = 9007199254740.0;

        /// <summary>The number's text, or null where it is too large or no number.</summary>
        public static string? Format(double value)
        {
            // A comparison with what is no number is false on both sides.
            if (!(value > -Limit && value < Limit))
            {
                return null;
            }

            bool negative = value < 0;
            long thousandths = (long)(((negative ? -value : value) * 1000) + 0.5);
            string text = (thousandths / 1000).ToString();
            int rest = (int)(thousandths % 1000);
            if (rest != 0)
            {
                string decimals = (1000 + rest).ToString().Substring(1).TrimEnd('0');
                text = text + "." + decimals;
            }

            return negative && thousandths != 0 ? "-" + text : text;
        }
    }
}
